"""The root keys, on a machine apart: made, and used to sign key lists. No data directory and no network is needed."""

from pathlib import Path

import click

from .. import clock
from ..codes.keyfiles import is_locked
from ..codes.roots import chain, changes
from ..codes.roots.root import PrivateRoot, Root, new_root, roots_of
from ..codes.roots.signedlist import SignedList
from ..errors import N_, Invalid, Unavailable
from .desk import main

FILE = click.Path(path_type=Path, dir_okay=False)
SEEN = click.Path(path_type=Path, dir_okay=False, exists=True)


@main.group()
def root() -> None:
    """The root keys, on machines without a network. Two of three sign each key list."""


@root.command("new")
@click.argument("name")
@click.option("--out", type=FILE, help="Private file; NAME.pem without it.")
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase, and encrypt the file with it.")
def root_new(name: str, out: Path | None, passphrase: bool) -> None:
    """Make a root key: a private file that stays here, and its public line, which is printed."""
    said = click.prompt("口令", hide_input=True, confirmation_prompt=True).encode() if passphrase else None
    path = out or Path(f"{name}.pem")
    made = new_root(path, name, said)
    click.echo(f"私钥在 {path}，只留在这支 U 盘上；下面一行是公开的，请抄给信息中心：", err=True)
    click.echo(str(made))


@root.command("sign")
@click.argument("draft", type=SEEN)
@click.option("--key", "key_file", type=SEEN, required=True, help="Private file of the root.")
@click.option("--name", help="Name of the root; that of the file without it.")
@click.option("--last", type=SEEN, help="The list in force, to tell the changes; needed for all but the first.")
@click.option("--out", type=FILE, help="File for the signature; DRAFT.NAME.sig without it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def root_sign(draft: Path, key_file: Path, name: str | None, last: Path | None, out: Path | None, yes: bool) -> None:
    """Show what a key list changes, and sign it after a yes.

    Nothing is signed that does not follow the list in force, that has expired, or that names other keys for old numbers.
    """
    new, before = _list(draft), _list(last) if last else None
    _refuse(new, before)
    click.echo(f"上一期：第 {before.number} 期" if before else "这是第 1 期，没有上一期可以对照：请逐项核对", err=True)
    for line in changes.changes(new, before):
        click.echo(f"· {line}", err=True)
    signer = _signer(key_file, name or key_file.stem)
    _refuse_stranger(new, before, signer.root)
    if not yes and not click.confirm("都核对过了，要签名吗？", err=True):
        raise click.Abort
    path = out or draft.with_name(f"{draft.stem}.{signer.root.name}.sig")
    path.write_text(signer.sign(new.text) + "\n", "utf-8")
    click.echo(f"{path}")


def _list(path: Path) -> SignedList:
    return SignedList.parse(read_text(path))


def _refuse(new: SignedList, before: SignedList | None) -> None:
    if before is None and new.number != 1:
        raise Invalid("last", N_("这是第 %(number)s 期公告，要用 --last 给出上一期才看得出改了什么"), number=new.number)
    if before:
        chain.check_signatures(before, before.roots)
    chain.check_follows(new, before)
    chain.check_in_time(new, clock.now())


def _signer(path: Path, name: str) -> PrivateRoot:
    said = click.prompt("口令", hide_input=True, err=True).encode() if is_locked(path) else None
    return PrivateRoot.load(path, name, said)


def _refuse_stranger(new: SignedList, before: SignedList | None, signer: Root) -> None:
    """Raises Invalid for a root that neither list names: its signature would count nowhere."""
    if signer not in {*new.roots, *(before.roots if before else ())}:
        raise Invalid("key", N_("%(name)s 不是公告里写明的根密钥；私钥文件或 --name 用错了"), name=signer.name)


def roots_from(paths: tuple[Path, ...]) -> tuple[Root, ...]:
    """The roots of files with public lines. Raises BadKeyList or Unavailable."""
    return tuple(found for path in paths for found in roots_of(read_text(path)))


def read_text(path: Path) -> str:
    """The text of a file. Raises Unavailable."""
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Unavailable(N_("%(path)s 读不出来，或不是文字文件"), path=str(path)) from None
