"""Every form of the pages, sent empty and sent wrong: the summary names each field that is wrong and leads to it, the field says
so to those who do not see it, and what was typed is there again."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import World
from world.fuzz import Form, Fuzz
from world.streets import open_street

NONSENSE = "？！"
KEPT = re.compile("csrf_token|key|sender|confirm|marks?|seen|back|resume|token|ticket|proof")
BY_CASE = {"quantity", "name-0"}  # asked for by what else is typed, and told so beside it
UNTYPED = ("checkbox", "radio", "hidden", "file", "password", "search")
SENT_ELSEWHERE = ("/logout", "/login", "/password", "/find")


@dataclass
class Page(HTMLParser):
    """Of a page: its elements by id, the messages at its fields, and where its summaries lead."""

    elements: dict[str, dict[str, str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    led: list[str] = field(default_factory=list)
    summaries: int = 0
    values: list[str] = field(default_factory=list)
    required: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)  # the names of what one types into

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.elements[given["id"]] = given
        if given.get("class") == "summary":
            self.summaries += 1
            self._inside = 1
            assert given["role"] == "alert" and "autofocus" in given and given["tabindex"] == "-1"
        if self._inside and tag == "a":
            self.led.append(given["href"].removeprefix("#"))
        if tag == "p" and given.get("class") == "error" and given.get("id", "").endswith("-wrong"):
            self.wrong.append(given["id"].removesuffix("-wrong"))
        if given.get("aria-required") == "true":
            self.required.add(given["name"])
        if tag == "textarea" or tag == "input" and given.get("type") not in UNTYPED:
            self.lines.add(given.get("name", ""))
        self.values.append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        self.values.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self._inside = 0


def read(text: str) -> Page:
    page = Page()
    page.feed(text.split("<main", 1)[-1])
    return page


def complaints(page: Page) -> list[str]:
    """What is wrong with the page that tells what is wrong."""
    found = [f"no link to {each}" for each in page.wrong if each not in page.led]
    found += [f"a link to nothing: {each}" for each in page.led if each not in page.elements]
    for each in page.wrong:
        control = page.elements.get(each, {})
        if control.get("aria-invalid") != "true" or f"{each}-wrong" not in control.get("aria-describedby", "").split():
            found.append(f"{each} does not say that it is wrong")
    return found


def sent(form: Form, text: str) -> dict[str, str]:
    """The form with nothing typed, or with the same nonsense in every line; what is hidden stays."""
    of_lists = {name for name, _ in form.fields if [each for each, _ in form.fields].count(name) > 1}
    return {
        name: value if KEPT.fullmatch(name) else (value if text else "") if name in of_lists else text
        for name, value in form.fields
    }


class Walk:
    """Sends forms and tells what is wrong with the answers."""

    def __init__(self, app: Flask, world: World) -> None:
        self.street = open_street(world, app)
        self.fuzz = Fuzz(self.street)
        self.wrong, self.named, self.unmarked = list[str](), 0, set[str]()

    def send(self, path: str, form: Form, text: str) -> None:
        typed = sent(form, text)
        answer = self._browser(path).post(path, data=typed)
        if answer.status_code not in (200, 409, 422) or answer.mimetype != "text/html":
            return
        page = read(answer.text)
        self.named += len(page.wrong)
        self.wrong += [f"{path} with {text!r}: {each}" for each in complaints(page)]
        if text and page.wrong and page.values.count(text) < len(page.lines & set(typed)):
            self.wrong.append(f"{path}: what was typed is gone")
        if not text:
            names = {page.elements.get(each, {}).get("name", "") for each in page.wrong} & page.lines
            self.unmarked |= {f"{path}: {each} has no star" for each in names - page.required - BY_CASE}

    def _browser(self, path: str) -> FlaskClient:
        return self.street.browsers[self.fuzz.askers[path]]


@pytest.mark.long
@pytest.mark.usefixtures("untraced")
def test_every_refused_form_names_what_is_wrong_leads_there_and_has_what_was_typed(world: World, app: Flask) -> None:
    walk = Walk(app, world)
    for path, form in sorted(walk.fuzz.forms.items()):
        if form.method == "post" and not path.startswith(SENT_ELSEWHERE):
            for text in ("", NONSENSE):
                walk.send(path, form, text)
    assert not walk.wrong + sorted(walk.unmarked), "\n".join(walk.wrong + sorted(walk.unmarked))
    assert walk.named > 100


def test_all_that_is_wrong_is_told_at_once(ama: FlaskClient) -> None:
    page = read(ama.post("/producer/batches/new", data={"unit": "ton"}).text)
    assert page.led == ["product"]  # without a product there is nothing to declare
    page = read(ama.post("/producer/batches/new", data={"product": "1", "plot": "1", "unit": "ton"}).text)
    assert set(page.led) == {"harvest_date", "quantity", "unit", "pack_size"} and page.summaries == 1
    page = read(ama.post("/producer/plots", data={"county": "", "kind": ""}).text)
    assert {"name", "place", "area_mu", "county", "kind"} <= set(page.led)


def test_what_must_be_filled_in_bears_a_star_that_the_page_explains(ama: FlaskClient) -> None:
    text = ama.get("/producer/plots").text
    assert {"name", "place", "area_mu"} <= read(text).required and "带 * 的要填" in text
    assert re.search(r'<label for="area_mu" class="needed">[^<]*亩', text)
