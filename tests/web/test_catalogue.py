"""The English catalogue is whole: every text that stands in the program is in it, with the same places, and what is
compiled is what was written."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from jinja2 import Environment

from world.languages import CHINESE, OFFICIAL, SEAL, without
from yipin import errors, schema
from yipin.codes import keylist
from yipin.codes.label import readback
from yipin.codes.label.stock import stocks
from yipin.keylists.adoption import Listed
from yipin.models import Action, Audited
from yipin.policy import policy
from yipin.web.words import EVENT_WORDS, OBJECT_WORDS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "trace"
CATALOGUE = SOURCE / "web" / "translations" / "en" / "LC_MESSAGES"
PLACE = re.compile(r"%\(\w+\)[a-z]|%%")

DATE_SIGNS = {"年", "月", "日"}
# The command line speaks Chinese only.
CHINESE_ONLY = {*(SOURCE / "cli").glob("*.py"), *(SOURCE / "demo").glob("*.py")}


def catalogue() -> Catalog:
    with (CATALOGUE / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def by_key(texts: Catalog) -> Iterator[tuple[tuple[str | None, str], Message]]:
    """Every text with its context and msgid; a compiled catalogue has its contexts as bytes."""
    for message in texts:
        context = message.context.decode() if isinstance(message.context, bytes) else message.context
        if message.id:
            yield (context, message.id), message


def msgids() -> set[str]:
    return {message.id for message in catalogue() if message.id}


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The texts that stand in the source now, collected as scripts/translate does it."""
    pot = tmp_path_factory.mktemp("texts") / "messages.pot"
    command = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "-q",
        "extract",
        "-F",
        "scripts/babel.cfg",
        "-k",
        "_ gettext N_",
        "-o",
        str(pot),
        "trace",
    ]
    subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT / "scripts")}, check=True)
    with pot.open("rb") as file:
        return read_po(file)


def test_every_text_of_the_program_is_translated(extracted: Catalog) -> None:
    known = catalogue()
    wanted = [(message.context, message.id) for message in extracted if message.id]
    assert len(wanted) > 500
    missing = [key for key in wanted if not (found := known.get(key[1], key[0])) or not found.string or found.fuzzy]
    assert missing == [], "run scripts/translate and fill in trace/web/translations/en/LC_MESSAGES/messages.po"


def test_the_catalogue_holds_no_text_that_the_program_has_dropped(extracted: Catalog) -> None:
    assert [
        message.id for message in catalogue() if message.id and extracted.get(message.id, message.context) is None
    ] == []


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    with (CATALOGUE / "messages.mo").open("rb") as file:
        compiled = {key: message.string for key, message in by_key(read_mo(file))}
    assert compiled == {key: message.string for key, message in by_key(catalogue())}


def test_a_translation_has_the_places_of_its_text() -> None:
    for message in catalogue():
        if message.id:
            assert sorted(PLACE.findall(message.string)) == sorted(PLACE.findall(message.id)), message.id
            assert not message.python_format or message.string % Anything(), message.id


class Anything(dict[str, int]):
    """A value for every place."""

    def __missing__(self, name: str) -> int:
        return 1


def test_a_translation_holds_no_chinese_but_official_names() -> None:
    for message in catalogue():
        if message.id:
            assert not CHINESE.search(without(str(message.string), OFFICIAL)), message.string


# What stands in the source


WEB = SOURCE / "web"


def in_template(page: Path, known: set[str]) -> list[str]:
    """The Chinese texts of a template that are not among the known ones."""
    found = []
    for line, kind, text in Environment().lex(page.read_text("utf-8")):
        if kind == "data":
            left = without(text, ("中文", SEAL))
            found += [f"{page.name}:{line} {left.strip()}"] if CHINESE.search(left) else []
        elif kind == "string" and CHINESE.search(text) and text.strip("'") != "中文":
            found += [f"{page.name}:{line} {text}"] if ast.literal_eval(text) not in known else []
    return found


def in_module(path: Path, known: set[str]) -> list[str]:
    """The Chinese texts of a module, docstrings apart, that are not among the known ones."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        f"{path.name}:{node.lineno} {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        if CHINESE.search(node.value) and node.value not in known | DATE_SIGNS
    ]


def templates() -> list[Path]:
    return sorted((WEB / "templates").rglob("*.html"))


def modules() -> list[Path]:
    return sorted(WEB.rglob("*.py"))


def test_no_template_holds_a_text_outside_the_catalogue() -> None:
    known = msgids()
    assert [text for page in templates() for text in in_template(page, known)] == []


def test_no_module_of_the_web_holds_a_text_outside_the_catalogue() -> None:
    known = msgids()
    assert [text for path in modules() for text in in_module(path, known)] == []


def test_every_folder_of_the_web_is_looked_into() -> None:
    assert {page.parent.name for page in templates()} == {"auth", "bureau", "guide", "office", "producer", "public"}
    assert {path.parent.name for path in modules()} == {"web", "drawing", "exportlists", "pages", "rights", "serving"}


def test_a_text_that_the_catalogue_lacks_is_found_wherever_it_stands() -> None:
    known = msgids() - {"产品目录", "请先选填好的 .xlsx 文件", "还没有附件。"}
    places = {text.split(":")[0] for path in modules() for text in in_module(path, known)}
    assert {"goods.py", "imports.py"} <= places  # of exportlists, and of pages
    assert [text.split(":")[0] for page in templates() for text in in_template(page, known) if "附件" in text] == [
        "parts.html"
    ]


def kinds_of_error(kind: type[errors.TraceError] = errors.TraceError) -> Iterator[str]:
    assert keylist and readback and schema  # they define errors of their own
    yield kind.__name__
    for child in kind.__subclasses__():
        yield from kinds_of_error(child)


def test_every_error_is_raised_with_a_text_of_the_catalogue() -> None:
    known, names, raised = msgids(), set(kinds_of_error()), 0
    for path in sorted(SOURCE.rglob("*.py")):
        if path in CHINESE_ONLY:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names | {"Message"}:
                raised += 1
                for text in written_in(node):
                    assert text in known, f"{path.relative_to(SOURCE)}:{node.lineno} {text}"
    assert raised > 200


def written_in(call: ast.Call) -> Iterator[str]:
    """The template of an error, where it is written in the call itself."""
    for argument in call.args:
        marked = isinstance(argument, ast.Call) and isinstance(argument.func, ast.Name) and argument.func.id == "N_"
        text = argument.args[0] if marked else argument  # type: ignore[attr-defined]
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and (marked or CHINESE.search(text.value)):
            yield text.value


def test_every_act_that_the_log_tells_has_a_word() -> None:
    assert set(Action) == EVENT_WORDS.keys()


def test_no_event_is_made_of_a_free_text() -> None:
    made = 0
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and name_of(node.func) in ("record", "event", "_move", "Event"):
                made += 1
                acts = [text for text in ast.walk(node) if isinstance(text, ast.Constant) and text.value in set(Action)]
                assert acts == [], f"{path.relative_to(SOURCE)}:{node.lineno}"
    assert made > 50


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_kind_of_object_in_the_log_has_a_word() -> None:
    told = {kind.__tablename__ for kind in Audited.__subclasses__()} | {"jobs"}  # of which the log tells how they ended
    told |= {Listed.__tablename__}  # which are files beside the keys
    told |= {"access_log", "installation", "log_entries", "log_sequencer", "status_bundles"}  # and no rows of the trade
    assert told == OBJECT_WORDS.keys()


def test_the_policy_is_known_in_english_whole() -> None:
    known, zhuzhou = msgids(), policy.load("zhuzhou")
    assert {zhuzhou.county_name(code) for code in zhuzhou.counties} <= known
    assert {zhuzhou.full_county_name(code) for code in zhuzhou.counties} <= known
    assert {target.name for target in zhuzhou.targets.values()} <= known
    assert {f"{zhuzhou.title} {target.clause}" for target in zhuzhou.targets.values()} <= known
    assert {brand.clause for brand in zhuzhou.brands} <= known
    assert {stock.name for stock in stocks().values()} <= known
