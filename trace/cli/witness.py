"""A witness of public logs: run by an office that does not keep the record, on a machine of its own."""

import logging
import signal
from pathlib import Path

import click

from ..log import witness as witnesses
from ..log.notekeys import Signer, Verifier
from ..log.witness_server import Server
from .desk import main

FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="The witness's own directory."
)


@main.group()
def witness() -> None:
    """Witness the public log of another office: sign that it only grew. Needs no record and no data directory."""


@witness.command("new")
@FOLDER
@click.argument("name")
def witness_new(folder: Path, name: str) -> None:
    """Make a witness's keys, e.g. for the name witness.lukou.example/1, and show their public halves."""
    _show(witnesses.found(folder, name))
    click.echo(f"下一步：yipin witness follow --folder {folder} 日志名 公钥…")


@witness.command("show")
@FOLDER
def witness_show(folder: Path) -> None:
    """Show the public keys, which the log's office and every reader are to be told."""
    _show(witnesses.keys_of(folder))


@witness.command("follow")
@FOLDER
@click.argument("origin")
@click.argument("keys", nargs=-1, required=True)
def witness_follow(folder: Path, origin: str, keys: tuple[str, ...]) -> None:
    """Watch over a log, by its name and public keys (vkey), as its office told you in person."""
    witnesses.keys_of(folder)
    witnesses.follow(folder, origin, [Verifier.from_vkey(key) for key in keys])
    click.echo(f"{origin} → /{witnesses.digest(origin)}/checkpoint")


@witness.command("serve")
@FOLDER
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8400, show_default=True)
def witness_serve(folder: Path, host: str, port: int) -> None:
    """Answer logs (POST /add-checkpoint) and readers (GET /…/checkpoint) until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Server((host, port), witnesses.Witness(folder)) as server:
        click.echo(f"http://{host}:{server.server_address[1]}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.witness.close()


def _show(signers: list[Signer]) -> None:
    for signer in signers:
        click.echo(signer.verifier.vkey)
