"""Codes checked offline: only the public key list is needed, and a status bundle to tell what is recalled."""

import json
import sys
from pathlib import Path

import click

from .. import clock
from ..codes import offline
from ..codes.keylist import KeyList
from ..codes.roots import chain, memory
from ..codes.roots.root import Root
from ..codes.roots.signedlist import FORMAT, SignedList
from ..errors import TraceError
from ..status.bundle import Bundle, Part, read
from ..status.judging import Standing, standing
from ..status.key import verifiers
from ..status.parts import Voids, read_voids
from ..status.rice import BadBundle, broken
from .desk import main
from .root import FILE, SEEN, roots_from

GENUINE, NOT_GENUINE, CANNOT_TELL, STOPPED = 0, 1, 2, 3  # exit statuses
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@main.command("verify")
@click.argument("codes", nargs=-1, required=True)
@click.option("--keys", "key_file", type=_FILE, required=True, help="Public key list, as at /keys.json.")
@click.option("--status", "status_file", type=_FILE, help="Status bundle, as at /status/57.")
@click.option("--voids", "voids_file", type=_FILE, help="Void packs of its county, as at /status/57-voids-430225.")
@click.option(
    "--root",
    "root_files",
    type=SEEN,
    multiple=True,
    help="File of the roots' public lines: only what they signed counts.",
)
@click.option("--seen", type=FILE, help="File that remembers the newest list met, so that no older one is taken.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def verify_command(
    codes: tuple[str, ...],
    key_file: Path,
    status_file: Path | None,
    voids_file: Path | None,
    root_files: tuple[Path, ...],
    seen: Path | None,
    as_json: bool,
) -> None:
    """Check codes (digits or scanned addresses) with nothing but the key list.

    Exit status 0: all are genuine. 1: one of them is not. 2: none is known to be false, but of one it cannot be told: a
    tiny code bears no signature, a code may be newer than the key list, a scan may be incomplete.

    The exit status is about the codes. An address is not signed; of one that is not the issuer's a line says so.

    A good signature tells issuer, county, batch, harvest day and the facts of the day of issue. A status bundle tells what was
    held, recalled or withdrawn as of its own moment. 3: a genuine code's batch was, or its label is void. A bundle older than a
    day is no longer enough (2).

    With --root, a list that too few roots have signed, that has expired, or that is older than the one of --seen is not
    taken: then nothing can be told of any code (2).
    """
    keys = _key_list(key_file, root_files, seen)
    listed = _list(key_file, status_file, voids_file)
    statuses = set()
    for text in codes:
        result = offline.check(text, keys)
        standing = _standing(result, listed)
        statuses.add(_status(result, standing))
        click.echo(_as_json(result, text, standing) if as_json else _plain(result, standing))
    sys.exit(next((status for status in (NOT_GENUINE, STOPPED, CANNOT_TELL) if status in statuses), GENUINE))


Listed = tuple[Bundle, Voids]


def _list(key_file: Path, status_file: Path | None, voids_file: Path | None) -> Listed | None:
    """The status bundle and the void packs of a county, as far as they are at hand. Without a sound one nothing can be told."""
    if status_file is None:
        return None
    try:
        bundle = read(status_file.read_text("utf-8", "replace"), verifiers(key_file.read_bytes()))
        return bundle, _voids(bundle, voids_file) if voids_file else {}
    except BadBundle as bad:
        click.echo(f"Error: {bad}", err=True)
        sys.exit(CANNOT_TELL)


def _voids(bundle: Bundle, path: Path) -> Voids:
    """Which county's they are, their sum tells: it stands in the bundle's note."""
    raw = path.read_bytes()
    if Part.of(raw) not in bundle.head.parts.values():
        raise broken()
    return read_voids(raw)


def _standing(result: offline.Checked, listed: Listed | None) -> Standing | None:
    if listed is None or result.payload is None:
        return None
    return standing(result.payload, listed[0], clock.now(), listed[1])


def _status(result: offline.Checked, standing: Standing | None) -> int:
    if not result.is_genuine:
        return NOT_GENUINE if result.is_genuine is False else CANNOT_TELL
    if standing and standing.is_stopped:
        return STOPPED
    return CANNOT_TELL if standing and standing.is_stale else GENUINE


def _as_json(result: offline.Checked, text: str, standing: Standing | None) -> str:
    told = offline.as_dict(result, text)
    return json.dumps(told | ({"status": standing.as_dict()} if standing else {}), ensure_ascii=False)


def _key_list(path: Path, root_files: tuple[Path, ...], seen: Path | None) -> KeyList:
    try:
        raw = path.read_bytes()
        return _confirmed(raw, roots_from(root_files), seen) if root_files else KeyList.from_json(raw)
    except TraceError as bad:  # without keys nothing can be told
        click.echo(f"Error: {bad}", err=True)
        sys.exit(CANNOT_TELL)


def _confirmed(raw: bytes, roots: tuple[Root, ...], seen: Path | None) -> KeyList:
    """The keys that the roots vouch for, out of a published list or of one signed list by itself."""
    notes = [raw.decode("utf-8", "replace")] if raw.startswith(FORMAT.encode()) else KeyList.from_json(raw).lists or ()
    lists = [SignedList.parse(note) for note in notes]
    newest = chain.walked(lists, roots, clock.now(), memory.read(seen) if seen else None)
    if seen:
        memory.write(seen, chain.Seen(newest.number, newest.mark))
    return newest.trusted


def _plain(result: offline.Checked, standing: Standing | None) -> str:
    said = result.payload
    if said is not None:
        facts = " ".join(fact.name or "" for fact in said.facts)
        line = f"签名真实 {said.id_number} {said.harvest_date} {facts}".rstrip()
        line += f"；{standing.said}" if standing else ""
    else:
        line = f"{'假码：这个码不是我们发的。' if result.is_genuine is False else '不能判断'} {result.reason}"
    return f"{line}；{result.address_said}" if result.address_said else line
