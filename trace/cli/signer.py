"""The signer: a process of its own that holds the private keys."""

import os
import pwd
from pathlib import Path

import click

from .. import clock
from ..errors import N_, Invalid
from ..installation.settings import secret
from ..signer.limits import Limits
from ..signer.server import Signatures, keys_of, listening, me, serve
from .desk import main

FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@main.command()
@click.option("--keys", type=FOLDER, required=True, help="Folder with code-NNN.pem, which the service cannot read.")
@click.option("--socket", "path", type=click.Path(path_type=Path), required=True, help="Where the service asks.")
@click.option("--user", "users", multiple=True, help="User of the service, by name; the own one without it.")
@click.option(
    "--a-minute", type=click.IntRange(1), default=600_000, show_default=True, help="Codes signed at the most."
)
@click.option("--a-day", type=click.IntRange(1), default=5_000_000, show_default=True, help="The same, of a day.")
def signer(keys: Path, path: Path, users: tuple[str, ...], a_minute: int, a_day: int) -> None:
    """Sign codes for the service, on a Unix socket. Ctrl-C stops it."""
    limits = Limits(keys, a_minute, a_day, clock.now)
    mine = frozenset(map(_number, users)) or frozenset([me()])
    signatures = Signatures(keys_of(keys, secret(os.environ, "YIPIN_KEY_PASSPHRASE")), limits, mine)
    with listening(path) as door:
        click.echo(f"{path}：{len(signatures.keys)} 把密钥")
        try:
            serve(door, signatures)
        except KeyboardInterrupt:
            path.unlink(missing_ok=True)


def _number(user: str) -> int:
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        raise Invalid("user", N_("没有用户 %(user)s"), user=user) from None
