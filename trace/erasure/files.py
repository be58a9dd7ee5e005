"""Files of the data directory that can hold a datum: exports and uploads that wait, and label files. All of them are made again from
the record, but for the labels of a run that named the person."""

import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ..installation.settings import Settings
from .finding import Hit
from .needles import Needle

LARGEST = 256 << 20  # bytes of one member that is looked into


def remove(settings: Settings, hits: Iterable[Hit], needles: Sequence[Needle]) -> int:
    """Remove them; returns how many. Of what jobs have made all goes, since the text of a PDF cannot be searched."""
    runs = [hit.number for hit in hits if hit.table.name == "print_runs"]
    found = {path for number in runs for path in settings.labels.glob(f"run-{number:08d}.*")}
    found.update((settings.data / "results").glob("job-*"))
    waiting = [*(settings.data / "results").glob("given-job-*"), *(settings.data / "imports").glob("*.json")]
    found.update(path for path in waiting if holds(path, needles))
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def holds(path: Path, needles: Sequence[Needle]) -> bool:
    """Whether a file has one of the needles, also packed in a ZIP (as of a workbook). What has gone meanwhile has none."""
    with suppress(FileNotFoundError):
        if not zipfile.is_zipfile(path):
            return _has(path.read_bytes(), needles)
        with suppress(zipfile.BadZipFile, RuntimeError, NotImplementedError), zipfile.ZipFile(path) as packed:
            return any(_has(_read(packed, name), needles) for name in packed.namelist())
    return False


def _read(packed: zipfile.ZipFile, name: str) -> bytes:
    with packed.open(name) as member:
        return member.read(LARGEST)


def _has(content: bytes, needles: Sequence[Needle]) -> bool:
    return any(spelling in content for needle in needles for spelling in needle.spellings)
