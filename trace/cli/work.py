"""The workers that do jobs: labels, large exports, all that takes longer than a page."""

import logging
from pathlib import Path

import click

from ..jobs import crew
from ..web import jobkinds
from .desk import DATA, desk_of, main


@main.command()
@DATA
@click.option("--parent", is_flag=True, help="End when stdin ends, which is when whoever started this has ended.")
def work(data: Path, parent: bool) -> None:
    """Do the jobs of a data directory until stopped; for further machines, since `serve` does them on its own."""
    with desk_of(data) as desk:
        _ = desk.installation.ring  # fail now, not at the first job
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s")
    jobkinds.load()
    (crew.run_for_parent if parent else crew.run)(data.absolute())
