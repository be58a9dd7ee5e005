"""The signing keys."""

from pathlib import Path

import click

from .. import clock
from ..codes import keylist, keys
from ..installation.settings import Settings
from .desk import DATA, main


@main.group()
def key() -> None:
    """The signing keys."""


@key.command("new")
@DATA
def key_new(data: Path) -> None:
    """Make a signing key. The newest active key signs; older ones go on verifying."""
    settings = Settings.load(data)
    made = keys.new_key(settings.keys, clock.now(), settings.key_passphrase)
    click.echo(f"密钥 {made.number} 已启用；请把 {settings.keys} 整个目录离线备份")


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
    text = keys.KeyRing.load(settings.keys, settings.key_passphrase).keys.to_json()
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
    made = keys.set_status(Settings.load(data).keys, number, keylist.KeyStatus(status), clock.now())
    click.echo(f"密钥 {made.number}：{made.status}")
