"""A form that is sent again after Back, with the same content and a key of its own, makes no silent twin."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.chains import works_of
from world.filled import filled_form
from world.fuzz import Form, Fuzz
from world.reading import see
from world.streets import open_street
from yipin.db.columns import Base
from yipin.models import Batch, Brand, CreditEntry

BOTH_DATABASES = True  # the two lock differently: what the walk finds does not depend on it
NO_TWINS = {
    "events",
    *("log_entries", "log_salts", "log_due", "log_positions", "log_sequencer"),  # of the events
    "record_changes",
    "record_version",
    "sent_forms",
    "login_failures",
    "jobs",
    "notifications",
    "deliveries",
    "sign_ins",
    "access_log",
}  # told of, or not of the trade
KEYS = re.compile(r'name="confirm" value="([^"]+)"')
ASKS = (  # the ends of the paths of forms that make something that may be made twice, and so ask; what stops goods comes last
    "/producer/batches/new",
    "/producer/farm/new",
    "/producer/purchase",
    "/commitment",
    "/ship",
    "/split",
    "/process",
    "/levels",
    "/note",
    "/credit",
    "/report",
    "/inspection",
    "/sampling",
)


def counts(world: World) -> dict[str, int]:
    """How many rows each table of the trade has."""
    with world.db.read.begin() as session:
        tables = [table for table in Base.metadata.sorted_tables if table.name not in NO_TWINS]
        return {table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables}


BESIDE = {
    "/split": {"quantity-0": "1", "quantity-1": "1", "pack-0": "1", "pack-1": "1"},
    "/ship": {"quantity": "1", "first": "", "last": "", "uscc": ""},
    "/levels": {"level": "city", "since": "2024-01-01", "source": "名录"},
    "/credit": {"text": "已经换了包装，附照片"},
    "/inspection": {"passed": "yes"},
    "/sampling": {"passed": "yes"},
    "/note": {"text": "已经电话问过"},
}


def _filled(path: str, form: Form) -> dict[str, str]:
    """The form filled in rightly, with so little of the goods that the same can be done again."""
    beside = next((more for end, more in BESIDE.items() if path.endswith(end)), {})
    filled = filled_form(path, form) | beside
    return filled | {name: "1" for name in filled if name.startswith(("taken-", "factor-"))}


def _in_order(one: tuple[str, Form]) -> tuple[int, str]:
    """First the forms that ask, as listed; then the others, which may end what those need."""
    return next((at for at, end in enumerate(ASKS) if one[0].endswith(end)), len(ASKS)), one[0]


class Twice:
    """Sends forms again and again, and tells what came of it."""

    def __init__(self, world: World, browser: Callable[[str], FlaskClient]) -> None:
        self.world, self.browser = world, browser
        self.asked, self.wrong, self.made = set[str](), list[str](), set[str]()
        self.refused: dict[str, str] = {}

    def send(self, path: str, form: Form) -> None:
        typed: dict[str, Any] = dict(_filled(path, form))
        before = counts(self.world)
        first = self._post(path, typed)
        if odd := KEYS.findall(first.text) if first.status_code == 409 else []:  # asked about something else: yes
            typed |= {"confirm": odd}
            first = self._post(path, typed)
        after = counts(self.world)
        if first.status_code >= 400 or after == before:
            self.refused[path] = (
                f"{first.status_code} {see(first.text).messages if first.mimetype == 'text/html' else first.mimetype}"
            )
            return
        self.made.add(path)
        second = self._post(path, typed)
        keys = [key for key in KEYS.findall(second.text) if key.startswith("again-")]
        if counts(self.world) != after:
            self.wrong.append(f"{path}: a twin in silence ({second.status_code})")
        elif keys:
            self._say_yes(path, typed, keys, after)

    def _say_yes(self, path: str, typed: dict[str, Any], keys: list[str], after: dict[str, int]) -> None:
        self.asked.add(path)
        typed = typed | {"confirm": [*typed.get("confirm", ()), *keys]}
        third = self._post(path, typed)
        if third.status_code >= 400 and "error" not in third.text and "refusal" not in third.text:
            self.wrong.append(f"{path}: yes is answered by {third.status_code}")
        twin = counts(self.world)
        self._post(path, typed)  # a yes that was said before is no yes to a third
        if counts(self.world) != twin:
            self.wrong.append(f"{path}: a third in silence")

    def _post(self, path: str, typed: dict[str, Any]):  # type: ignore[no-untyped-def]
        fresh = {"key": token_hex(16)} if "key" in typed else {}
        return self.browser(path).post(path, data=typed | fresh)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_no_form_of_any_page_makes_a_twin_in_silence(world: World, app: Flask) -> None:
    works_of(world, world.ama)  # without which nothing can be bought
    fuzz = Fuzz(street := open_street(world, app))
    twice = Twice(world, lambda path: street.browsers[fuzz.askers[path]])
    for path, form in sorted(fuzz.forms.items(), key=_in_order):
        if form.method == "post" and not path.startswith(("/logout", "/password", "/bureau/accounts")):
            twice.send(path, form)
    assert not twice.wrong, "\n".join(twice.wrong)
    silent = [end for end in ASKS if not any(path.split("?")[0].endswith(end) for path in twice.asked)]
    told = [f"{path}: {why}" for path, why in twice.refused.items()]
    assert not silent, f"not asked: {silent}; asked: {sorted(twice.asked)}\n" + "\n".join(told)


def test_the_forms_that_the_walk_cannot_fill_in_ask_too(world: World, app: Flask) -> None:
    ama, chen, one, other = signed_in(app, "ama"), signed_in(app, "chen"), world.declare(), world.declare()
    with world.db.read.begin() as session:
        brand = session.scalar(sa.select(Brand.id).where(Brand.key == "yanling-peach"))
    merged = {f"taken-{one.id}": "1", f"taken-{other.id}": "1", "pack_size": "1", "key": ""}
    licence = {"producer": "Ben 黄桃合作社", "number": "X-1", "valid_from": "2027-01-01", "valid_to": "2027-12-31"}
    for browser, path, form in (
        (ama, f"/producer/batches/{one.id_number}/merge", merged),
        (chen, "/bureau/draws", {"wanted": "1", "seed": "2026-07-20"}),
        (chen, f"/bureau/brands/{brand}/licences", licence),
    ):
        assert browser.post(path, data=form).status_code in (302, 303), path
        before = counts(world)
        again = browser.post(path, data=form)
        assert counts(world) == before and question(again.text), path
        assert browser.post(path, data=form | {"confirm": question(again.text)}).status_code in (302, 303, 422), path


def question(page: str) -> str:
    return KEYS.findall(page)[0]


def rows(world: World, kind: type) -> int:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def harvest(world: World) -> dict[str, str]:
    typed = world.batch_form(world.ama)
    names = ("product", "plot", "harvest_date", "quantity", "unit", "pack_size")
    return {name: getattr(typed, name) for name in names}


def test_a_batch_sent_again_after_back_asks_with_all_that_was_typed_and_the_yes_makes_it(
    world: World, app: Flask
) -> None:
    ama, path, form = signed_in(app, "ama"), "/producer/batches/new", harvest(world)
    assert ama.post(path, data=form | {"key": "1" * 32}).status_code == 302
    answer = ama.post(path, data=form | {"key": "2" * 32})
    assert answer.status_code == 409 and "再登记一批一样的吗？" in answer.text
    assert see(answer.text).values["quantity"] == ["250"] and rows(world, Batch) == 1
    english = ama.post(path + "?lang=en", data=form | {"key": "2" * 32})
    assert "Register another one just like it?" in english.text
    answer = ama.post(path + "?lang=zh", data=form | {"key": "2" * 32})
    yes = {"key": "2" * 32, "confirm": question(answer.text)}
    for _ in range(2):  # the yes sent twice is one yes
        assert ama.post(path, data=form | yes).status_code == 302
    assert rows(world, Batch) == 2
    assert ama.post(path, data=form | yes | {"key": "3" * 32}).status_code == 409
    assert ama.post(path, data=form | {"quantity": "260", "key": "4" * 32}).status_code == 302
    assert rows(world, Batch) == 3


def test_what_somebody_else_sends_is_no_twin(world: World, app: Flask) -> None:
    for login in ("ama", "ben"):
        with world.db.read.begin() as session:
            product, plot = (
                session.scalar(
                    sa.text(f"SELECT min(id) FROM {table} WHERE producer_id = {world.actor(login).producer_id}")
                )
                for table in ("products", "plots")
            )
        form = harvest(world) | {"product": str(product), "plot": str(plot), "key": token_hex(16)}
        assert signed_in(app, login).post("/producer/batches/new", data=form).status_code == 302


def test_a_double_click_makes_one_thing(world: World, app: Flask) -> None:
    """Two requests at once: the second waits for the first, and then knows it, or asks."""
    ama, chen = (lambda: signed_in(app, "ama")), (lambda: signed_in(app, "chen"))
    fact = {"kind": "award", "day": "2026-07-01", "source": "表彰决定", "what": "优质产品"}
    for browsers, path, form, kind, second in (
        ((ama(), ama()), "/producer/batches/new", harvest(world) | {"key": "1" * 32}, Batch, 302),
        ((chen(), chen()), "/bureau/producers/1/credit", fact, CreditEntry, 409),
    ):
        before = rows(world, kind)
        with ThreadPoolExecutor(2) as hands:
            answers = list(hands.map(lambda browser, path=path, form=form: browser.post(path, data=form), browsers))
        assert rows(world, kind) == before + 1, path
        assert sorted(answer.status_code for answer in answers) == [302, second], path
