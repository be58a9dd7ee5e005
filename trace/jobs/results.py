"""Files that jobs make for people to fetch: kept in `results/` of the data directory for as long as the job is listed."""

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from .. import clock, diskfiles
from ..errors import N_, NotFound
from ..installation.installation import Installation
from ..models import Job
from .context import Context
from .desk import SHOWN


def _folder(installation: Installation) -> Path:
    return installation.settings.data / "results"


@contextmanager
def writing(context: Context, suffix: str) -> Iterator[tuple[str, IO[bytes]]]:
    """A file of this attempt: its name for the job's result, and where to write. It is there whole or not at all.

    Every attempt has a file of its own, so that a worker that comes late writes over nobody's.
    """
    folder = _folder(context.installation)
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"job-{context.job_id:08d}-{context.lease.token}.{suffix}"
    part = folder / f".{name}.part"
    try:
        with open(part, "w+b", opener=diskfiles.private) as file:
            yield name, file
        part.rename(folder / name)
    finally:
        part.unlink(missing_ok=True)


def keep(installation: Installation, whose: str, content: IO[bytes]) -> str:
    """Keep a file that a job will read; returns the word by which it is found again. There is one of `whose` at a time, and it is
    swept like the files that jobs make."""
    _folder(installation).mkdir(mode=0o700, exist_ok=True)
    for old in _folder(installation).glob(f"given-job-{whose}-*"):
        old.unlink(missing_ok=True)
    word = secrets.token_hex(16)
    with open(given(installation, whose, word), "xb", opener=diskfiles.private) as file:
        shutil.copyfileobj(content, file)
    return word


def given(installation: Installation, whose: str, word: str) -> Path:
    """Where a file lies that a job will read. Raises NotFound for what is no such word."""
    if not re.fullmatch(r"[0-9a-f]{32}", word, re.ASCII):
        raise NotFound(N_("这个文件已经不在了，请重新上传"))
    return _folder(installation) / f"given-job-{whose}-{word}"


def path_of(installation: Installation, job: Job) -> Path | None:
    """The file that a job has made, if it is still there."""
    if job.result is None or "file" not in job.result:
        return None
    path = _folder(installation) / Path(str(job.result["file"])).name
    return path if path.is_file() else None


def sweep(installation: Installation) -> None:
    """Remove the files of jobs that are no longer listed."""
    oldest = (clock.now() - SHOWN).timestamp()
    for path in _folder(installation).glob("*job-*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
