"""The right address for what people put into a wrong one: a code, or a number that has a page of its own."""

from flask import url_for

from ..codes.commitnumber import parse_commitment_number
from ..codes.idnumber import parse_id_number
from ..codes.reading import Incomplete, NoCode, SeveralCodes, read_code
from ..errors import BadIdNumber, Invalid


def place_of(text: str) -> str | None:
    """The address of the page of what `text` holds, or None if it holds nothing of ours.

    Digits that are no whole code have a page too, which asks to scan again.
    """
    try:
        return place_of_code(text) or _of_number(text)
    except Incomplete as cut:
        return _of_number(text) or url_for("public.unit", code=cut.digits)


def place_of_code(text: str) -> str | None:
    """The address of the page of a code, or of the choice between several; None if there is none. Raises Incomplete."""
    try:
        return url_for("public.unit", code=read_code(text))
    except SeveralCodes:
        return url_for("public.find", q=text)
    except NoCode:
        return None


def _of_number(text: str) -> str | None:
    try:
        return url_for("public.find", q=parse_id_number(text))
    except BadIdNumber:
        pass
    try:
        return url_for("public.commitment", number=parse_commitment_number(text))
    except Invalid:
        return None
