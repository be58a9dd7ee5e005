"""The folder of inputs that people really brought, where the run has one: the variable YIPIN_SHARED names it."""

import os
from pathlib import Path

import pytest

_KEPT = "SHARED_BY_THE_RUN"
if "YIPIN_SHARED" in os.environ:  # kept under another name: the program refuses settings that it does not know
    os.environ[_KEPT] = os.environ.pop("YIPIN_SHARED")


def shared(*parts: str) -> Path:
    """A file or folder of the shared folder. Skips the test where the run has none."""
    if _KEPT not in os.environ:
        pytest.skip("YIPIN_SHARED names no folder")
    return Path(os.environ[_KEPT], *parts)
