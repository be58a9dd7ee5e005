"""The drawing of the rooms is that of the imports, and no import goes up."""

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def drawn() -> ModuleType:
    """The script that draws the map."""
    spec = importlib.util.spec_from_file_location("drawn", ROOT / "scripts/_map.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_drawing_is_that_of_the_imports(drawn: ModuleType) -> None:
    assert (ROOT / "docs/map.svg").read_text("utf-8") == drawn.svg(), "docs/map.svg is stale: run scripts/map"


def test_every_room_has_its_place_in_the_layers_and_its_chinese_name(drawn: ModuleType) -> None:
    rooms = {
        path.stem for path in (ROOT / "trace").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {room for row in drawn.rows() for room in row} == rooms - {"__init__", "__main__"}
    assert set(drawn.CHINESE) == rooms - {"__init__", "__main__"}


def test_every_arrow_goes_down(drawn: ModuleType) -> None:
    row_of = {room: number for number, row in enumerate(drawn.rows()) for room in row}
    up = [
        (room, other) for room, others in drawn.imports().items() for other in others if row_of[room] >= row_of[other]
    ]
    assert up == []


def test_an_arrow_is_left_out_only_where_a_longer_way_tells_of_it(drawn: ModuleType) -> None:
    assert drawn.needed({"a": {"b", "c"}, "b": {"c"}, "c": {"d"}}) == [("a", "b"), ("b", "c"), ("c", "d")]


def test_the_map_answers_for_the_ten_commonest_changes() -> None:
    told = (ROOT / "docs/map.md").read_text("utf-8").split("## Where do I put")[1].split("\n## ")[0]
    rows = [
        line.split(" | ") for line in told.splitlines() if line.startswith("| ") and not line.startswith("| I want")
    ]
    assert len(rows) >= 10
    for change, rooms, complains in rows:
        assert re.search(r"`trace/", rooms), change
        assert re.search(r"`(tests/|mypy)", complains), change


def test_every_symbol_that_the_map_names_stands_in_its_file() -> None:
    """In Python it is defined there, at any depth; elsewhere the word stands there."""
    named = re.findall(r"`([\w/.-]+/[\w.-]+): ([\w-]+)`", (ROOT / "docs/map.md").read_text("utf-8"))
    assert len(named) >= 25
    assert [(file, name) for file, name in named if not _holds(ROOT / file, name)] == []


def _holds(file: Path, name: str) -> bool:
    if not file.is_file():
        return False
    text = file.read_text("utf-8")
    if file.suffix != ".py":
        return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None
    nodes = list(ast.walk(ast.parse(text)))
    defined = {node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return name in defined | stored
