"""The workers that do jobs: labels, large exports, all that takes longer than a page."""

import logging
from pathlib import Path

import click

from ..jobs import crew
from ..web import jobkinds
from .desk import DATA, desk_of, main


@main.command()
@DATA
@click.option("--parent", type=int, help="End when the process of this number is no longer our parent.")
def work(data: Path, parent: int | None) -> None:
    """Do the jobs of a data directory until stopped; for further machines, since `serve` does them on its own."""
    with desk_of(data) as desk:
        _ = desk.installation.ring  # fail now, not at the first job
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s")
    jobkinds.load()
    crew.run(data.absolute(), parent)
