"""What the documents promise: every setting and command is told of, nothing is told of that is not there, and the
verifier that the README offers to auditors verifies."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from yipin.cli import main
from yipin.codes import tiny
from yipin.codes.label.stock import stocks
from yipin.codes.payload import TOKEN_BYTES
from yipin.installation.settings import NAMES
from yipin.web.bounds import PHOTOS

ROOT = Path(__file__).parents[1]
PAPERS = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(f"docs/{path.name}" for path in sorted(ROOT.glob("docs/*.md"))),
]


def text(paper: str) -> str:
    return (ROOT / paper).read_text("utf-8")


def commands(group: click.Group = main, before: str = "yipin") -> Iterator[tuple[str, click.Command]]:
    """Every command by what one types, groups themselves left out."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


COMMANDS = dict(commands())


def options(command: click.Command) -> set[str]:
    return {name for option in command.params for name in option.opts if name.startswith("--")}


def reference() -> dict[str, str]:
    """The rows of the command line's table: what one types, and what is said of it."""
    rows = re.findall(r"^\| `(yipin [a-z ]+)` \| (.*) \|$", text("docs/install.md"), re.M)
    return dict(rows)


def test_the_reference_has_a_row_for_every_command_and_no_other() -> None:
    assert set(reference()) == set(COMMANDS)


@pytest.mark.parametrize("typed", COMMANDS)
def test_the_reference_names_a_commands_options_and_no_other(typed: str) -> None:
    told = set(re.findall(r"--[a-z-]+", reference()[typed]))
    assert told == options(COMMANDS[typed]) - {"--data"}


@pytest.mark.parametrize("typed", COMMANDS)
def test_every_command_tells_what_it_is_for(typed: str) -> None:
    answer = CliRunner().invoke(main, [*typed.split()[1:], "--help"])
    assert answer.exit_code == 0
    assert COMMANDS[typed].help and COMMANDS[typed].help.split("\n")[0].split()[0] in answer.output


@pytest.mark.parametrize("paper", PAPERS)
def test_no_paper_names_a_command_or_option_that_is_not_there(paper: str) -> None:
    shown = re.findall(r"`(?:\S*/)?(yipin [^`]+)`", text(paper))
    shown += re.findall(r"^\s*(?:ExecStart=)?(?:\S*/)?(yipin [a-z][^\n]*)", "\n".join(blocks(paper)), re.M)
    for line in shown:
        words = line.split("#")[0].split()
        typed = next((" ".join(words[:n]) for n in (3, 2) if " ".join(words[:n]) in COMMANDS), None)
        assert typed, f"{paper}: {line}"
        assert {word for word in words if word.startswith("--")} <= options(COMMANDS[typed]) | {"--help"}, line


def blocks(paper: str, language: str = "sh|ini") -> list[str]:
    return re.findall(rf"^ *```(?:{language})\n(.*?)^ *```", text(paper), re.M | re.S)


def test_every_setting_has_its_row() -> None:
    rows = set(re.findall(r"^\| `([a-z_]+)` \| `(YIPIN_[A-Z_]+)` \|", text("docs/install.md"), re.M))
    assert rows == {(name, f"YIPIN_{name.upper()}") for name in NAMES}


def test_every_variable_of_the_environment_is_told_of() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "trace").rglob("*.py")]
    read = set(re.findall(r"\bYIPIN_[A-Z_]+\b", "\n".join(sources)))
    for path in (ROOT / "scripts").iterdir():
        if path.is_file() and not path.suffix:
            read |= set(re.findall(r"\$\{([A-Z][A-Z_]+):-", path.read_text("utf-8")))
    assert {"YIPIN_DATA", "PORT", "HOST"} <= read
    assert {name for name in read if f"`{name}`" not in text("docs/install.md")} == set()


def test_the_proxy_of_the_paper_lets_three_photographs_through() -> None:
    (allowed,) = re.findall(r"client_max_body_size (\d+)m;", text("docs/install.md"))
    assert int(allowed) << 20 > PHOTOS.body


def test_every_stock_is_told_of() -> None:
    told = next(line for line in text("docs/install.md").split("\n") if line.startswith("Stocks: "))
    assert set(re.findall(r"`([a-z0-9-]+)`", told)) == set(stocks())


def test_the_two_commands_of_the_readme_are_there() -> None:
    first = blocks("README.md")[0]
    typed = [line.split()[0] for line in first.splitlines()]
    assert typed == ["scripts/run", "scripts/test"]
    for script in [*typed, ".ci/run"]:
        assert os.access(ROOT / script, os.X_OK), script


def test_every_script_is_told_of() -> None:
    papers = "".join(text(paper) for paper in PAPERS)
    scripts = [path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and os.access(path, os.X_OK)]
    assert {"run", "test"} <= set(scripts)
    assert [name for name in scripts if f"`scripts/{name}" not in papers] == []


@pytest.mark.parametrize("paper", PAPERS)
def test_what_a_paper_points_to_is_there(paper: str) -> None:
    found = re.findall(r'\]\(([^)#]+)[^)]*\)|src="([^"]+)"', text(paper))
    paths = [path for pair in found for path in pair if path and ":" not in path]
    named = re.findall(r"`((?:trace|scripts|tests|docs)/[\w./-]*)`", text(paper))
    missing = [p for p in paths if not (ROOT / paper).parent.joinpath(p).exists()]
    missing += [n for n in named if not (ROOT / n).exists()]
    assert missing == []


def test_every_heading_pointed_to_is_there() -> None:
    install = text("docs/install.md")
    headings = {
        re.sub(r"[^a-z -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^##+ (.*)$", install, re.M)
    }
    assert set(re.findall(r"\]\(#([a-z-]+)\)", install)) <= headings


def test_the_readmes_fields_fill_a_code() -> None:
    bits = [int(number) for number in re.findall(r"^\| (\d+) \|", text("README.md"), re.M)]
    assert sum(bits[:-3]) == 8 * TOKEN_BYTES
    assert sum(bits[-3:]) == 8 * tiny.TOKEN_BYTES


VECTORS = json.loads((ROOT / "tests/vectors/codes-v1.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def auditor() -> Any:
    """The README's verifier, as someone would paste it."""
    names: dict[str, Any] = {}
    (block,) = blocks("README.md", "python")
    exec(block, names)
    return names["verify"]


def test_the_readmes_verifier_reads_every_published_code(auditor: Any) -> None:
    for case in VECTORS["codes"]:
        if case["verdict"] == "compromised":
            with pytest.raises(ValueError, match="leaked"):
                auditor(case["digits"], VECTORS["keys"])
            continue
        said = auditor(case["digits"], VECTORS["keys"])
        assert {name: str(value) for name, value in said.items()} == {name: str(case[name]) for name in said}


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["what"].replace(" ", "-"))
def test_the_readmes_verifier_refuses_what_is_refused(auditor: Any, case: dict[str, str]) -> None:
    with pytest.raises(Exception):  # noqa: B017 - any refusal will do: it is a page of plain Python
        auditor(case["digits"], VECTORS["keys"])
