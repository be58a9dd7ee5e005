"""The status bundles: made by hand, for a timer, a mirror or a memory stick."""

from pathlib import Path

import click

from ..status.publisher import Publisher
from .desk import DATA, desk_of, main


@main.group()
def status() -> None:
    """The signed list of batches that are held or recalled."""


@status.command("publish")
@DATA
@click.option(
    "--least", type=click.IntRange(1), default=1, help="Number it so or higher, after a restore of everything."
)
def status_publish(data: Path, least: int) -> None:
    """Make the next status bundle if something has changed. The files in DIR/status are what any web server can carry."""
    with desk_of(data) as desk, desk.db.read.begin() as session:
        publisher = Publisher(desk.installation, desk.db)
        number = publisher.renew(session, desk.actor.at, least=least)
    click.echo(f"第 {number} 号名单：{publisher.shelf.folder / str(number)}")
