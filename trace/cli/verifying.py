"""Codes checked offline: only the public key list is needed."""

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
from .desk import main
from .root import FILE, SEEN, roots_from

GENUINE, NOT_GENUINE, CANNOT_TELL = 0, 1, 2  # exit statuses


@main.command("verify")
@click.argument("codes", nargs=-1, required=True)
@click.option(
    "--keys",
    "key_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="Public key list, as at /keys.json.",
)
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
    codes: tuple[str, ...], key_file: Path, root_files: tuple[Path, ...], seen: Path | None, as_json: bool
) -> None:
    """Check codes (digits or scanned addresses) with nothing but the key list.

    Exit status 0: all are genuine. 1: one of them is not. 2: none is known to be false, but of one it cannot be told: a
    tiny code bears no signature, a code may be newer than the key list, a scan may be incomplete.

    The exit status is about the codes. An address is not signed; of one that is not the issuer's a line says so.

    A good signature tells issuer, county, batch, harvest day and the facts of the day of issue; whether the batch
    is recalled today only the service knows.

    With --root, a list that too few roots have signed, that has expired, or that is older than the one of --seen is not
    taken: then nothing can be told of any code (exit status 2).
    """
    keys = _key_list(key_file, root_files, seen)
    results = [offline.check(text, keys) for text in codes]
    for text, result in zip(codes, results, strict=True):
        click.echo(json.dumps(offline.as_dict(result, text), ensure_ascii=False) if as_json else _plain(result))
    said = {result.is_genuine for result in results}
    sys.exit(NOT_GENUINE if False in said else CANNOT_TELL if None in said else GENUINE)


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


def _plain(result: offline.Checked) -> str:
    said = result.payload
    if said is not None:
        facts = " ".join(fact.name or "" for fact in said.facts)
        line = f"签名真实 {said.id_number} {said.harvest_date} {facts}".rstrip()
    else:
        line = f"{'假码：这个码不是我们发的。' if result.is_genuine is False else '不能判断'} {result.reason}"
    return f"{line}；{result.address_said}" if result.address_said else line
