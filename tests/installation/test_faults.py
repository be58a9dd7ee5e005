"""The table of faults: each part of an installation missing, wrong, cut short, unreadable or another installation's, met at a
start and while the service runs. Each time the operator gets one clear line, the public a clear page; nothing is made anew,
nothing is lost, and with the part back in its place all is as before.

These tests may run as root, for whom no mode makes a file unreadable: a folder in the file's place does.
"""

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import reportlab
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from world import NOW, Sold, World, signed_in
from yipin import bootstrap
from yipin.access.actor import Actor
from yipin.cli import main, service
from yipin.codes.keys import new_key
from yipin.codes.paper.glyphs import find_font
from yipin.errors import TraceError
from yipin.installation.settings import Settings
from yipin.models import PrintRun
from yipin.printing import press
from yipin.web.app import create_app

# The table is about files. What belongs to PostgreSQL stands in test_belonging.py and in test_health.py.
pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
Harm = Callable[[Path, Path], None]  # what happens to a file, given the same file of another installation


def missing(path: Path, _: Path) -> None:
    path.unlink()


def wrong(path: Path, _: Path) -> None:
    """Whole, and not what it was: the last byte is another one."""
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if path.suffix == ".secret" else b"{}" * 600)


def truncated(path: Path, _: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def unreadable(path: Path, _: Path) -> None:
    path.unlink()
    path.mkdir()


def anothers(path: Path, other: Path) -> None:
    shutil.copy(other, path)


HARMS: list[Harm] = [missing, wrong, truncated, unreadable, anothers]


@dataclass(frozen=True)
class Part:
    """A part of an installation, what a refused start says of it, and what a scan may answer while a running service
    lacks it: it has read secrets and settings, and reads the key list and the record again and again."""

    path: str
    says: str
    scan: tuple[int, ...] = (200,)
    starts: tuple[Harm, ...] = ()  # harms with which the service starts all the same


PARTS = [
    Part("keys/session.secret", r"session\.secret"),
    Part("keys/units.secret", r"units\.secret"),
    Part("keys/identity.secret", r"identity\.secret"),
    Part("keys/keys.json", r"keys\.json|密钥", (503,)),
    Part(
        "keys/code-001.pem", "密钥|私钥", (200, 503), (missing,)
    ),  # without it nothing is issued, and all is looked up
    Part("yipin.db", "数据库", (200, 500, 503)),
    Part("yipin.toml", "设置文件", (200,), (missing, anothers)),
]
TABLE = [pytest.param(part, harm, id=f"{part.path}-{harm.__name__}") for part in PARTS for harm in HARMS]


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of another installation, with a key of its own."""
    data = tmp_path_factory.mktemp("other") / "data"
    bootstrap.set_up(data, base_url="https://t.example.cn/", actor=Actor("founder", NOW))
    new_key(data / "keys", NOW)
    return data


@pytest.fixture
def on_disk(world: World, sold: Sold, app: Flask) -> Iterator[World]:
    """The whole record in its one file, as after a stop. The service has it open."""
    with world.db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA main.wal_checkpoint(TRUNCATE)")
    yield world


def files(data: Path) -> dict[str, bytes]:
    """All that must stay as it is. What SQLite keeps beside its file comes and goes."""
    kept = (
        path for path in sorted(data.rglob("*")) if path.is_file() and not re.search(r"db-|\.turn$|\.lock$", path.name)
    )
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in kept}


def refused(data: Path, *command: str) -> str:
    """The one line of a command that was refused."""
    result = CliRunner().invoke(main, [*command, "--data", str(data)])
    lines = [line for line in result.output.splitlines() if line]
    assert result.exit_code == 1 and len(lines) == 1 and "Traceback" not in result.output, (command, result.output)
    return lines[0]


@pytest.mark.parametrize(("part", "harm"), TABLE)
def test_a_start_is_refused_in_one_line_and_nothing_is_made_anew(
    on_disk: World, app: Flask, other: Path, part: Part, harm: Harm
) -> None:
    data = on_disk.settings.data
    app.extensions["yipin"].db.dispose()
    on_disk.db.dispose()
    path, whole = data / part.path, (data / part.path).read_bytes()
    harm(path, other / part.path)
    before = files(data)
    if harm in part.starts:
        service.refuse_unsound(data)
    else:
        with pytest.raises(TraceError, match=part.says):
            service.refuse_unsound(data)
        if part.path != "keys/code-001.pem":  # the other commands sign nothing
            for command in (["account", "disable", "ama"], ["key", "new"], ["db", "upgrade"], ["init"]):
                if command != ["db", "upgrade"] and command != ["init"] or part.path != "keys/keys.json":
                    assert re.search(part.says, refused(data, *command)), command
    assert files(data) == before
    put_back(path, whole)
    service.refuse_unsound(data)


def put_back(path: Path, whole: bytes) -> None:
    """As an operator does: the file of the backup in the place of the broken one, and nothing beside it."""
    if path.is_dir():
        path.rmdir()
    for beside in (path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm")):
        beside.unlink(missing_ok=True)
    path.write_bytes(whole)
    path.chmod(0o600)


@pytest.mark.parametrize(("part", "harm"), TABLE)
def test_while_the_service_runs_a_scan_gets_a_clear_page_and_no_path(
    on_disk: World, app: Flask, sold: Sold, other: Path, part: Part, harm: Harm, caplog: pytest.LogCaptureFixture
) -> None:
    data, client = on_disk.settings.data, app.test_client()
    assert client.get(f"/{sold.digits[0]}").status_code == 200
    path, whole = data / part.path, (data / part.path).read_bytes()
    harm(path, other / part.path)
    before = files(data)
    with caplog.at_level(logging.ERROR):
        answer = client.get(f"/{sold.digits[1]}")
    assert answer.status_code in part.scan
    assert not [word for word in (str(data), "chmod", "私钥", "备份", "Traceback") if word in answer.text]
    assert answer.status_code == 200 or caplog.records
    if part.path not in ("yipin.toml", "yipin.db"):
        deep = client.get("/healthz?deep=1")
        assert deep.status_code == 503 and re.search(part.says, " ".join(deep.json["parts"].values())), deep.json
    if part.path != "yipin.db":
        assert files(data) == before
        put_back(path, whole)
        assert client.get(f"/{sold.digits[2]}").status_code == 200


def not_released(world: World, sold: Sold) -> PrintRun:
    """A run whose file may still be taken from its page."""
    return world.print(world.issue(sold.batch, 1, "form-2"), key="print-2")


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_a_label_file_is_drawn_again_with_the_same_bytes_or_the_page_says_why_not(
    on_disk: World, app: Flask, sold: Sold, ama: FlaskClient, harm: Harm
) -> None:
    run = not_released(on_disk, sold)
    path, address = press.path_of(on_disk.installation, run), f"/producer/prints/{run.id}/labels"
    whole = path.read_bytes()
    harm(path, on_disk.settings.keys / "keys.json")
    answer = ama.get(address)
    assert answer.status_code == (503 if harm is unreadable else 200)
    assert str(on_disk.settings.data) not in answer.text if harm is unreadable else answer.data == whole
    assert app.test_client().get(f"/{sold.digits[0]}").status_code == 200
    if harm is unreadable:
        path.rmdir()
        assert ama.get(address).data == whole


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_a_font_that_is_not_sound_is_told_at_the_start_and_draws_no_other_label(
    on_disk: World, sold: Sold, tmp_path: Path, harm: Harm, capsys: pytest.CaptureFixture[str]
) -> None:
    """Codes can be looked up all the same, so the service starts."""
    run = not_released(on_disk, sold)
    data, font, printed = on_disk.settings.data, tmp_path / "font.ttc", press.path_of(on_disk.installation, run)
    shutil.copy(find_font().path, font)
    with (data / "yipin.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'font = "{font}"\n')
    harm(font, Path(reportlab.__file__).parent / "fonts/Vera.ttf")
    service.refuse_unsound(data)
    if harm is not anothers:  # which is a font as good as any, but draws other labels
        assert "字体" in capsys.readouterr().err
    printed.unlink()
    made = create_app(Settings.load(data, {}))
    made.config["WTF_CSRF_ENABLED"] = False
    answer = signed_in(made, "ama").get(f"/producer/prints/{run.id}/labels")
    assert answer.status_code in (422, 503) and str(tmp_path) not in answer.text
    assert made.test_client().get(f"/{sold.digits[0]}").status_code == 200
    assert not printed.exists()
    made.extensions["yipin"].db.dispose()
