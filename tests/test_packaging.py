"""What is installed: every folder of the code, every file beside it, under the one name."""

import configparser
from importlib import metadata, resources
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg", "utf-8")
CODE = ROOT / "trace"


def test_the_packages_listed_are_the_folders_there_are() -> None:
    """`find:` would ship a folder called trace, which nobody could import: the standard library owns the name."""
    folders = {path.parent.relative_to(CODE) for path in CODE.rglob("__init__.py")}
    named = {".".join(("yipin", *folder.parts)) for folder in folders}
    assert set(SETUP["options"]["packages"].split()) == named


def test_every_folder_with_code_is_a_package() -> None:
    for path in CODE.rglob("*.py"):
        assert (path.parent / "__init__.py").exists(), path


def test_the_installed_version_is_the_one_written_down() -> None:
    assert metadata.version("yipin") == SETUP["metadata"]["version"]


def test_every_file_that_is_no_code_is_shipped() -> None:
    """What a template or picture needs in the checkout it must also have when installed."""
    shipped: set[Path] = set()
    for package, patterns in SETUP["options.package_data"].items():
        folder = CODE.joinpath(*package.split(".")[1:])
        for pattern in patterns.split():
            shipped.update(path for path in folder.glob(pattern) if path.is_file())
    passing = {".py", ".pyc", ".mako"}  # the mako is the pattern of a new migration: for developers
    beside = {path for path in CODE.rglob("*") if path.is_file() and path.suffix not in passing}
    assert beside - shipped == set()


@pytest.mark.parametrize("name", ["stocks.toml", "zhuzhou.toml"])
def test_the_data_is_found_by_the_installed_name(name: str) -> None:
    assert resources.files("yipin.data").joinpath(name).is_file()
