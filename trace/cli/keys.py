"""The signing keys."""

from pathlib import Path

import click

from .. import clock
from ..codes import keylist, keys
from ..installation import opening
from ..installation.installation import published
from ..installation.settings import Settings
from ..status import key as status_key
from .desk import DATA, desk_of, main


@main.group()
def key() -> None:
    """The signing keys."""


@key.command("new")
@DATA
def key_new(data: Path) -> None:
    """Make a signing key. The newest active key signs; older ones go on verifying."""
    with desk_of(data) as desk:  # which refuses where the record knows of keys that are lost: a number is given once
        settings = desk.installation.settings
        made = keys.new_key(settings.keys, clock.now(), settings.key_passphrase)
        opening.belong(desk.db, desk.installation)
    click.echo(f"密钥 {made.number} 已启用；请把 {settings.keys} 整个目录离线备份")


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
    for made in keys.KeyRing.load(settings.keys, settings.key_passphrase).keys.keys:
        since = f" {made.since:%Y-%m-%d %H:%M}Z" if made.since else ""
        click.echo(f"{made.number:>3} {made.algorithm} {made.not_before:%Y-%m-%d} {made.status}{since}")


@key.command("publish")
@DATA
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; standard output without it."
)
def key_publish(data: Path, out: Path | None) -> None:
    """Write the public key list, as the service shows it at /keys.json."""
    settings = Settings.load(data)
    ring = keys.KeyRing.load(settings.keys, settings.key_passphrase)
    text = status_key.listed(published(ring.keys, settings, clock.now()).to_json(), settings)
    if out:
        out.write_text(text, "utf-8")
    else:
        click.echo(text)


@key.command("status")
@DATA
@click.argument("number", type=int)
@click.argument("status", type=click.Choice(["retired", "compromised"]))
def key_status(data: Path, number: int, status: str) -> None:
    """Retire a key (its codes go on verifying) or declare it compromised."""
    with desk_of(data) as desk:
        made = keys.set_status(desk.installation.settings.keys, number, keylist.KeyStatus(status), clock.now())
    click.echo(f"密钥 {made.number}：{made.status}")
