"""The public log: appended to, verified, compared with the record, proven from, copied."""

import sys
from pathlib import Path

import click

from ..errors import N_, Invalid, NotFound
from ..installation.settings import Settings
from ..log import keys, leaves, opening, proofs, rebuilding, rollback
from ..log.checkpoint import Checkpoint
from ..log.folder import KEYS, LogFolder, opened
from ..log.mirroring import mirror as copied
from ..log.monitor import Difference, watching
from ..log.note import Verifier
from ..log.sources import Source, needed, source_of
from .desk import DATA, desk_of, main

FALSE = 1  # exit status: something differs
LOG = click.option("--log", "place", help="Folder or address of the log; the data directory's own without it.")
VKEYS = click.option(
    "--vkeys", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Keys of the log, kept from before."
)
STATE = click.option(
    "--state", type=click.Path(path_type=Path, dir_okay=False), help="What was seen last; written when all is well."
)


@main.group()
def log() -> None:
    """The public log of all acts."""


@log.command()
@DATA
@click.option(
    "--seen",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A signed checkpoint from elsewhere: only what goes on from it is published.",
)
def append(data: Path, seen: Path | None) -> None:
    """Publish what waits. `yipin serve` does it by itself, a few seconds after each act."""
    with desk_of(data) as desk:
        if seen:
            told = opened(seen.read_bytes(), [each.verifier for each in keys.signers(desk.installation.settings)])
            with desk.db.transaction(writes=False) as session:
                rollback.refuse_unlike(session, told)
        size = opening.sequencer_of(desk.db, desk.installation.settings).append()
    click.echo("另一个进程正在公布" if size is None else f"公开日志共 {size} 条")


@log.command()
@DATA
@LOG
@VKEYS
@STATE
def verify(data: Path, place: str | None, vkeys: Path | None, state: Path | None) -> None:
    """Rebuild the log from its public bytes alone: signatures, hashes, root, and what was seen before."""
    told, signed = _rebuilt(_source(data, place), vkeys, state, rebuilding.nothing)
    _keep(state, signed)
    click.echo(f"公开日志 {told.origin} 共 {told.size} 条，根 {told.root.hex()}，没有矛盾")


@log.command()
@DATA
@LOG
@VKEYS
@STATE
def monitor(data: Path, place: str | None, vkeys: Path | None, state: Path | None) -> None:
    """Verify, and compare with the record. Names the first row that differs; exit status 1 then."""
    with desk_of(data) as desk, watching(desk.db) as watch:
        told, signed = _rebuilt(_source(data, place), vkeys, state, watch.see)
        found = watch.differences()
    if found:
        click.echo(f"{_shown(found[0])}\n共 {len(found)} 处不一致", err=True)
        sys.exit(FALSE)
    _keep(state, signed)
    click.echo(f"公开日志 {told.origin} 共 {told.size} 条，与登记库一致")


@log.command()
@DATA
@click.option("--index", type=click.IntRange(0), help="The leaf.")
@click.option("--event", type=click.IntRange(1), help="The number of an event.")
@click.option("--number", help="A batch, product or certificate: its last act.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; standard output without it."
)
def prove(data: Path, index: int | None, event: int | None, number: str | None, out: Path | None) -> None:
    """Write the proof (.tlog-proof) of one act against the newest checkpoint. Raises Invalid without the act."""
    with desk_of(data) as desk, desk.db.transaction(writes=False) as session:
        if number:
            index = leaves.newest_of(session, number)
        elif event:
            index = leaves.index_of_event(session, event)
    if index is None:
        raise Invalid("index", N_("请给出 --index、--event 或 --number；刚做的事要几秒后才公布"))
    proof = proofs.proof_of(LogFolder(Settings.load(data).log), index)
    if out:
        out.write_bytes(proof)
    else:
        click.echo(proof.decode(), nl=False)


@log.command()
@DATA
@LOG
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def mirror(data: Path, place: str | None, folder: Path) -> None:
    """Copy the log's files into a folder, from which any web server or memory stick serves them. Run again, it adds what is new."""
    source = _source(data, place)
    told = copied(source, folder, _verifiers(source, None))
    click.echo(f"{folder}：公开日志 {told.origin} 共 {told.size} 条")


def _source(data: Path, place: str | None) -> Source:
    return source_of(place or str(Settings.load(data).log))


def _verifiers(source: Source, vkeys: Path | None) -> list[Verifier]:
    """The keys that were kept, or those that lie beside the log: the latter prove only that it agrees with itself."""
    text = vkeys.read_text("utf-8") if vkeys else needed(source, KEYS).decode()
    found = [Verifier.from_vkey(line) for line in text.splitlines() if line.strip()]
    if not found:
        raise NotFound(N_("没有日志的公钥"))
    return found


def _rebuilt(
    source: Source, vkeys: Path | None, state: Path | None, visit: rebuilding.Visit
) -> tuple[Checkpoint, bytes]:
    verifiers = _verifiers(source, vkeys)
    seen = opened(state.read_bytes(), verifiers) if state and state.exists() else None
    return rebuilding.rebuild(source, verifiers, seen, visit)


def _keep(state: Path | None, signed: bytes) -> None:
    if state:
        state.write_bytes(signed)


def _shown(each: Difference) -> str:
    where = f"第 {each.index} 条" if each.index is not None else "日志之外"
    return f"{where}{'' if each.event is None else f'（事件 {each.event}）'}：{each.what}"
