"""What the tests pass through, as setup.cfg asks: what to measure, and whether the files that must be passed whole are.

_cover.py config all|listed      the configuration for coverage: all of trace/, or only the listed files, which is faster
_cover.py gate FILE              what is missing in the listed files, by the measurement in FILE; exit status 1 if anything is
"""

import configparser
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import coverage

ROOT = Path(__file__).resolve().parents[1]


def setup() -> configparser.ConfigParser:
    """The project's setup.cfg."""
    read = configparser.ConfigParser()
    read.read(ROOT / "setup.cfg", "utf-8")
    return read


def listed() -> list[str]:
    """The patterns of the files of which every line and branch must be passed."""
    return setup()["yipin:covered"]["files"].split()


def config(what: str) -> str:
    """The configuration for a run: an ini file's text."""
    source = (
        f"source = {ROOT / 'trace'}" if what == "all" else "include =" + "".join(f"\n    {ROOT / p}" for p in listed())
    )
    return f"[run]\nbranch = True\n{source}\nomit = {ROOT / 'trace/migrations'}/*\n"


def gate(measured: str) -> str:
    """What is missing in the listed files by that measurement, a line a file; nothing if all of it is passed."""
    found = coverage.Coverage(data_file=measured, config_file=False, branch=True)
    found.load()
    paths = sorted({path for pattern in listed() for path in ROOT.glob(pattern) if path.suffix == ".py"})
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        found.json_report(morfs=list(map(str, paths)), outfile=report.name)
        files = json.load(report)["files"]
    return "\n".join(f"{path}: not passed: {words}" for path, of in files.items() if (words := _missing(of)))


def _missing(file: dict[str, Any]) -> str:
    """The lines, and of other lines the branches: 12→exit is the way out of the function from line 12."""
    lines = [str(line) for line in file["missing_lines"]]
    branches = [(start, end) for start, end in file["missing_branches"] if str(start) not in lines]
    return ", ".join(lines + [f"{start}→{'exit' if end < 0 else end}" for start, end in branches])


if __name__ == "__main__":
    if sys.argv[1] == "config":
        print(config(sys.argv[2]))
    elif told := gate(sys.argv[2]):
        sys.exit(told)
