"""The service: made, filled with the demonstration, served, its database brought up to date."""

import os
import sys
from contextlib import nullcontext
from pathlib import Path

import click

from .. import bootstrap, demo, schema
from ..db import Database
from ..installation import examination, glance, opening
from ..installation.settings import Settings
from ..jobs import crew
from ..log import opening as opening_log
from ..running import claims
from ..status import key as status_key
from .desk import DATA, desk_of, main, whoever


@main.command()
@DATA
@click.option("--base-url", help="What labels carry, e.g. https://t.example.cn/ (lower case, ends in /).")
def init(data: Path, base_url: str | None) -> None:
    """Make a data directory: settings, secrets, schema, the policy's brands. Run again, it changes nothing."""
    settings = bootstrap.set_up(data, base_url=base_url, actor=whoever())
    click.echo(f"{settings.data}\n{settings.base_url}\n下一步：yipin key new --data {data}")


@main.command("demo")
@DATA
@click.option("--units", type=click.IntRange(1, 1_000_000), default=24, show_default=True, help="Codes in each batch.")
@click.option("--base-url", default="http://127.0.0.1:8000/", show_default=True)
def demo_command(data: Path, units: int, base_url: str) -> None:
    """Fill a new data directory with plainly marked demonstration data, labels included; writes DIR/demo.json."""
    with click.progressbar(length=demo.BATCHES * units, label="标签", file=sys.stderr) as bar:
        told = demo.fill(data, units=units, base_url=base_url, progress=lambda: bar.update(1))
    for account in told["accounts"]:
        click.echo(f"{account['role']:<14} {account['login']:<10} {account['password']}")
    for batch in told["batches"]:
        click.echo(f"{batch['id_number']} {batch['product']} {batch['state']} {' '.join(batch['label_files'])}")


@main.command()
@DATA
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--no-jobs", is_flag=True, help="Leave the jobs to `yipin work` on other machines.")
def serve(data: Path, host: str, port: int, workers: int, no_jobs: bool) -> None:
    """Serve the pages (granian). One data directory has one service, and so has one port."""
    is_sqlite = refuse_unsound(data)
    from ..web.serving import server

    os.environ["YIPIN_DATA"] = str(data.absolute())
    with claims.directory(data.absolute(), f"{host}:{port}", of_all_machines=is_sqlite), claims.port(host, port):
        with nullcontext() if no_jobs else crew.beside(data.absolute()):
            server.server("yipin.web.serving.asgi:app", host, port, workers).serve()


def refuse_unsound(data: Path) -> bool:
    """What `yipin serve` asks before it starts, so that it fails then and not at the first scan. What only keeps it from
    issuing or printing is told on stderr. Returns whether the record is a file of SQLite.

    Raises a TraceError with what is wrong and its cure.
    """
    with desk_of(data) as desk:
        _ = desk.installation.ring
        glance.refuse_damaged(desk.db)
        for said in examination.warnings(desk.installation).values():
            click.echo(said, err=True)
        for said in filter(None, desk.guard.findings().values()):
            click.echo(said, err=True)
        if unsigned := status_key.missing(desk.installation.settings):
            click.echo(unsigned, err=True)
        return desk.db.engine.dialect.name == "sqlite"


@main.group()
def db() -> None:
    """The database."""


@db.command()
@DATA
def upgrade(data: Path) -> None:
    """Bring the database to this program's schema."""
    settings = Settings.load(data)
    before, after = opening.upgrade(settings)
    opening_log.begin_of(settings)
    click.echo(f"{before or '（空）'} → {after}")


@main.group()
def looks() -> None:
    """The looks at packs, which on SQLite lie in looks.db."""


@looks.command("new")
@DATA
def new_looks(data: Path) -> None:
    """Make an empty looks.db in the place of one that is lost: all counts of scans begin at nought."""
    database = Database(Settings.load(data).database_url, may_be_new=False)
    try:
        click.echo(schema.make_looks(database))
    finally:
        database.dispose()
