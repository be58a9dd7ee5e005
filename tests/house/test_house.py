"""The house itself: files of one subject, short functions, real types, errors that are named, words for every door."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "trace"
APART = {"migrations", "data"}  # a migration stays as it was written; data are no code
FILES = [path for path in sorted(CODE.rglob("*.py")) if path.relative_to(CODE).parts[0] not in APART]
AT_THE_ROOT = {"__init__", "__main__"}  # the tour and the door
MOST_ANY = 120
UNTOLD = ("web/pages/", "demo/")  # views are told of by their pages, the demonstration by its story

Function = ast.FunctionDef | ast.AsyncFunctionDef


@functools.cache  # read by the worker that runs these tests, and not by each that collects them
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in FILES}


def name(path: Path) -> str:
    return path.relative_to(CODE).as_posix()


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


TOLD = [path for path in FILES if not name(path).startswith(UNTOLD)]


def length(function: Function) -> int:
    """The lines of a function with its signature, without its docstring."""
    words = function.body[0] if ast.get_docstring(function) is not None else None
    told = (words.end_lineno or 0) - words.lineno + 1 if words else 0
    return (function.end_lineno or 0) - function.lineno + 1 - told


def public(path: Path) -> Iterator[tuple[str, Function]]:
    """The functions of a module, and the methods of its public classes, that others may call."""
    for node in trees()[path].body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node.name, node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if isinstance(method, Function) and not method.name.startswith("_"):
                    yield f"{node.name}.{method.name}", method


def own(function: Function) -> Iterator[ast.AST]:
    """What stands in a function's own body, without the functions inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def raised(function: Function) -> set[str]:
    """The names in a function's own `raise Name(…)`."""
    found = (node.exc for node in own(function) if isinstance(node, ast.Raise))
    called = (node.func for node in found if isinstance(node, ast.Call))
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in called
        if hasattr(node, "id") or hasattr(node, "attr")
    }


@functools.cache
def children(of: str) -> set[str]:
    """The names of all classes of ours that come from a class, over any number of steps."""
    classes = [node for tree in trees().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found, before = {of}, set[str]()
    while found != before:
        before = found
        found = found | {
            each.name for each in classes if {ast.unparse(base).split(".")[-1] for base in each.bases} & found
        }
    return found


def missing_names(function: Function) -> set[str]:
    """The errors of ours that a function raises and its docstring does not name."""
    words = set(re.findall(r"\w+", ast.get_docstring(function) or ""))
    return (raised(function) & children("TraceError")) - words


def test_a_file_is_about_one_thing() -> None:
    lengths = {name(path): path.read_text("utf-8").count("\n") for path in FILES if path.stat().st_size}
    assert {path: lines for path, lines in lengths.items() if lines > 400} == {}
    assert median(lengths.values()) <= 110


def test_a_function_does_one_thing() -> None:
    lengths = {f"{name(path)}:{each.name}": length(each) for path, tree in trees().items() for each in functions(tree)}
    assert {where: lines for where, lines in lengths.items() if lines > 45} == {}
    assert median(lengths.values()) <= 6


def test_no_line_is_kept_from_the_formatter() -> None:
    ours = [path for folder in ("trace", "tests", "scripts") for path in (ROOT / folder).rglob("*.py")]
    kept = re.compile(r"#\s*fmt:\s*(skip|off)")
    assert [str(path) for path in ours if kept.search(path.read_text("utf-8"))] == []


def test_types_are_real() -> None:
    """`Any` switches the type check off: a few places need it, most deserve the type that they have."""
    uses = {name(path): len(re.findall(r"\bAny\b", path.read_text("utf-8"))) for path in CODE.rglob("*.py")}
    assert sum(uses.values()) <= MOST_ANY, sorted(((n, path) for path, n in uses.items() if n), reverse=True)[:20]


def test_few_files_stand_at_the_root() -> None:
    assert len({path.stem for path in CODE.glob("*.py")} - AT_THE_ROOT) <= 8


@pytest.mark.parametrize("path", TOLD, ids=name)
def test_an_error_that_a_public_function_raises_is_named_in_its_words(path: Path) -> None:
    assert {where: errors for where, each in public(path) if (errors := missing_names(each))} == {}


@pytest.mark.parametrize("path", TOLD, ids=name)
def test_a_public_function_says_what_it_is_for(path: Path) -> None:
    """A method may leave it to its class: most are a property whose name says it."""
    assert [where for where, each in public(path) if "." not in where and not ast.get_docstring(each)] == []
