"""What every command uses: the group that shows errors as one plain line, and the opened data directory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError

from .. import clock
from ..access.actor import Actor
from ..db import Database
from ..errors import TraceError
from ..installation import opening
from ..installation.installation import Installation
from ..installation.settings import Settings
from ..recovery import guard
from ..recovery.guard import Guard

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="YIPIN_DATA",
    default="data",
    show_default=True,
    help="Data directory.",
)


class Group(click.Group):
    """The group of all commands. It shows a TraceError as one plain line."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. A TraceError, and a database that is busy or full, become a ClickException."""
        try:
            return super().invoke(ctx)
        except TraceError as error:
            raise click.ClickException(str(error)) from error
        except OperationalError as error:
            cause = str(error.orig).strip().split("\n")[0]
            raise click.ClickException(f"数据库正忙或磁盘已满，没有保存（{cause}）。请稍后再试。") from error


@click.group(cls=Group, help="一品一码: signed identity codes for farm products, from harvest to scan.")
@click.version_option(package_name="yipin")
def main() -> None:
    """The command `yipin`. Its help is given above."""


@dataclass
class Desk:
    """The opened data directory of one command."""

    db: Database
    installation: Installation
    actor: Actor
    guard: Guard


@contextmanager
def desk_of(data: Path) -> Iterator[Desk]:
    """Open a data directory for one command, and close its database afterwards."""
    db, installation = opening.opened(Settings.load(data))
    try:
        installation.check_keys()
        yield Desk(db, installation, whoever(), guard.watch(db, installation.settings))
    finally:
        db.dispose()


def whoever() -> Actor:
    """The person at the command line, whom the program does not know by name."""
    return Actor("command line", clock.now())
