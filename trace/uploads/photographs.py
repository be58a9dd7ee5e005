"""Photographs that come with a form, a few at a time. They are made harmless before the transaction, so that no database waits."""

from collections.abc import Sequence
from typing import IO

from ..errors import N_, Invalid
from . import attachments
from .sanitise import LARGEST, Made

MOST = 3  # with one form
Photo = tuple[str, Made]


def photographs(files: Sequence[tuple[str, IO[bytes]]]) -> list[Photo]:
    """Files (name, content) as they will be kept.

    Raises Invalid (`file`) for more than three, and for one that is neither a picture nor a PDF within bounds.
    """
    if len(files) > MOST:
        raise Invalid("file", N_("最多 %(most)d 张照片"), most=MOST)
    return [(name, attachments.made_harmless(content.read(LARGEST + 1))) for name, content in files]
