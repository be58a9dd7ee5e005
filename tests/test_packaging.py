"""What is installed: every folder of the code, every file beside it, under the one name."""

import configparser
import re
from importlib import metadata, resources
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


def locked(name: str) -> dict[str, str]:
    """The packages of a lock and their exact versions."""
    text = (ROOT / name).read_text("utf-8")
    return {canonicalize_name(package): version for package, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.M)}


LOCKS = {"requirements.lock": [], "requirements-dev.lock": SETUP["options.extras_require"]["dev"].split("\n")}
MACHINES = [
    {"python_version": python, "python_full_version": f"{python}.0", "platform_machine": processor}
    for python in ("3.11", "3.12", "3.13")
    for processor in ("x86_64", "aarch64")
]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_the_package_asks_for(lock: str) -> None:
    asked = [*SETUP["options"]["install_requires"].split("\n"), *LOCKS[lock], "setuptools>=77"]
    versions = locked(lock)
    for line in filter(None, asked):
        wanted = Requirement(line)
        version = versions.get(canonicalize_name(wanted.name))
        assert version and wanted.specifier.contains(version), f"{line}: run scripts/lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_serves_every_supported_python_and_processor(lock: str) -> None:
    """It was made on one of them: here every locked package is asked what it needs on the others."""
    versions = locked(lock)
    for package in versions:
        for needed in map(Requirement, metadata.requires(package) or []):
            if not needed.marker or any(needed.marker.evaluate({"extra": "", **machine}) for machine in MACHINES):
                version = versions.get(canonicalize_name(needed.name))
                assert version and needed.specifier.contains(version), f"{package} needs {needed}"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_files_by_their_hashes_and_no_place_to_fetch_them(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "http" not in text and "://" not in text and "--index" not in text
    for package in re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]:
        assert "--hash=sha256:" in package, package


def test_what_is_installed_to_run_is_also_what_is_tested() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_every_file_that_the_tests_must_pass_whole_is_there() -> None:
    for pattern in SETUP["yipin:covered"]["files"].split():
        assert list(ROOT.glob(pattern)), pattern
