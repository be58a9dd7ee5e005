"""The signing keys."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from .. import clock
from ..codes import keylist, keys
from ..codes.roots.signedlist import SignedList
from ..installation import keylists, opening
from ..installation.installation import published
from ..installation.settings import Settings
from ..keylists import adoption
from ..status import key as status_key
from .desk import DATA, desk_of, main
from .root import SEEN, read_text, roots_from


@main.group()
def key() -> None:
    """The signing keys."""


@key.command("new")
@DATA
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="Day from which it signs; at once without it.")
def key_new(data: Path, start: datetime | None) -> None:
    """Make a signing key. The newest active key signs; older ones go on verifying.

    Where roots sign the key list, it signs as soon as an adopted list names it, and not before its day.
    """
    with desk_of(data) as desk:  # which refuses where the record knows of keys that are lost: a number is given once
        settings = desk.installation.settings
        begins = clock.start_of(start.date()) if start else clock.now()
        made = keys.new_key(settings.keys, begins, settings.key_passphrase)
        opening.belong(desk.db, desk.installation)
        is_waiting = bool(desk.installation.lists)
    day = f"从 {start:%Y-%m-%d} 起用" if start else "已启用"
    told = "已做好，列入公告后才签发：请运行 yipin key draft" if is_waiting else day
    click.echo(f"密钥 {made.number} {told}；请把 {settings.keys} 整个目录离线备份")


@key.command("session")
@DATA
def key_session(data: Path) -> None:
    """Make a new secret for the session cookies, when it was lost or may have leaked. Everybody signs in again."""
    settings = Settings.load(data)
    opening.renew_session(settings)
    click.echo(f"{settings.keys / 'session.secret'} 已换新；请重启服务，之后所有人要重新登录")


@key.command("list")
@DATA
def key_list(data: Path) -> None:
    """List the keys."""
    settings = Settings.load(data)
    ring, lists = keys.KeyRing.load(settings.keys, settings.key_passphrase), keylists.read(settings.keys)
    named = {made.number for made in keylists.ring_under(ring, lists).keys.keys}
    for made in ring.keys.keys:
        since = f" {made.since:%Y-%m-%d %H:%M}Z" if made.since else ""
        waits = "" if made.number in named else " 还没有列入公告，不签发"
        click.echo(f"{made.number:>3} {made.algorithm} {made.not_before:%Y-%m-%d} {made.status}{since}{waits}")
    click.echo(_in_force(lists))


def _in_force(lists: Sequence[SignedList]) -> str:
    if not lists:
        return "公告没有根密钥签名"
    last = lists[-1]
    signed = "、".join(each.name for each in last.signed_by(last.roots))
    return f"第 {last.number} 期公告，{signed} 签名，有效期到 {clock.day_of(last.expires)}"


@key.command("publish")
@DATA
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; standard output without it."
)
def key_publish(data: Path, out: Path | None) -> None:
    """Write the public key list, as the service shows it at /keys.json."""
    settings = Settings.load(data)
    ring, lists = keys.KeyRing.load(settings.keys, settings.key_passphrase), keylists.read(settings.keys)
    told = published(keylists.ring_under(ring, lists).keys, settings, clock.now(), lists)
    text = status_key.listed(told.to_json(), settings)
    if out:
        out.write_text(text, "utf-8")
    else:
        click.echo(text)


@key.command("draft")
@DATA
@click.option(
    "--roots", multiple=True, type=SEEN, help="File of public lines: for the first list, or to change the roots."
)
@click.option("--days", type=int, default=adoption.DAYS, show_default=True, help="How long the list holds.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder, e.g. a memory stick."
)
def key_draft(data: Path, roots: tuple[Path, ...], days: int, out: Path) -> None:
    """Write the next key list for the roots to sign, and beside it the list in force."""
    with desk_of(data) as desk:
        new = adoption.draft(desk.installation, clock.now(), days, roots_from(roots))
        for each in (new, *desk.installation.lists[-1:]):
            (out / f"keys-{each.number}.txt").write_text(each.note if each.signatures else each.text, "utf-8")
    last = f" --last keys-{new.number - 1}.txt" if new.number > 1 else ""
    click.echo(f"{out / f'keys-{new.number}.txt'}")
    click.echo(f"下一步，在离线电脑上由两位保管人各自运行：yipin root sign keys-{new.number}.txt{last} --key ….pem")


@key.command("adopt")
@DATA
@click.argument("draft", type=SEEN)
@click.argument("signatures", type=SEEN, nargs=-1)
def key_adopt(data: Path, draft: Path, signatures: tuple[Path, ...]) -> None:
    """Put a key list in force that enough roots have signed. The service takes it over without a restart."""
    lines = [line for path in signatures for line in read_text(path).splitlines() if line.strip()]
    new = SignedList.parse(read_text(draft)).with_signatures(*lines)
    with desk_of(data) as desk, desk.db.write.begin() as session:
        adoption.adopt(session, desk.actor, desk.installation, new)
    click.echo(_in_force([new]))


@key.command("status")
@DATA
@click.argument("number", type=int)
@click.argument("status", type=click.Choice(["retired", "compromised"]))
def key_status(data: Path, number: int, status: str) -> None:
    """Retire a key (its codes go on verifying) or declare it compromised."""
    with desk_of(data) as desk:
        made = keys.set_status(desk.installation.settings.keys, number, keylist.KeyStatus(status), clock.now())
    click.echo(f"密钥 {made.number}：{made.status}")
