"""Every field of a form that takes an amount: the absurd is asked about or refused, and never taken in silence or answered by an
error of ours."""

import ast
import inspect
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import World, farms, signed_in
from world.chains import product_of, works_of
from world.insured import GOOD
from world.reading import digest
from world.uploads import pdf
from yipin.models import Product
from yipin.web.forms import AmountField, Form
from yipin.web.pages.certificate_form import LINES

CODE = Path(__file__).parents[2] / "trace"
BILLION = 10**9


@dataclass(frozen=True)
class Entrance:
    """A form by its address, who fills it in, what was usual there (sent three times, each as the function makes it), and the
    fields of it that are amounts."""

    who: str
    path: str
    form: Callable[[World, int], dict[str, object]]
    amounts: dict[str, str]
    before: int = 3


def batch(world: World, number: int) -> dict[str, object]:
    return typed(world.batch_form(world.ama))


def typed(form: object) -> dict[str, object]:
    """What a use-case takes, as a page sends it."""
    return {name: each for name, each in vars(form).items() if name != "said"}


def plot(world: World, number: int) -> dict[str, object]:
    return {"name": f"坡地{number}", "county": "430225", "place": "山垄村", "kind": "field", "area_mu": "3"}


def entry(kind: str, **more: str) -> Callable[[World, int], dict[str, object]]:
    def form(world: World, number: int) -> dict[str, object]:
        return typed(farms.form(world, world.ama, f"entry-000{number}", kind=kind, **more))

    return form


def bought(world: World, number: int) -> dict[str, object]:
    made = _made(world)
    return {**made, "supplier": "刘家豆行", "lot": "", "key": f"bought-{number}"}


def _made(world: World) -> dict[str, object]:
    if "made" not in vars(world):
        vars(world)["made"] = {"product": product_of(world, world.ama, "干豆"), "works": works_of(world, world.ama)}
    return {**vars(world)["made"], "day": "2026-07-18", "quantity": "100", "unit": "kg", "pack_size": "10"}


def policy(world: World, number: int) -> dict[str, object]:
    with world.db.read.begin() as session:
        subject = session.scalars(sa.select(Product.id_number).order_by(Product.id)).first()
    limits = {"limit_cumulative": "100000", "premium": "3000"}
    return {**GOOD, **limits, "subject": subject, "number": f"PICC-2026-00{number}"}


def certificate(world: World, number: int) -> dict[str, object]:
    return {
        "scheme": "green",
        "number": f"LB-00-2401000000{number}A",
        "valid_from": "2026-01-01",
        "valid_to": "2028-12-31",
        "product-0": "1",
        "quantity-0": "3",
        "unit-0": "t",
        "file": (io.BytesIO(pdf("paper")), "证书.pdf"),
    }


ENTRANCES = {
    "batch": Entrance("ama", "/producer/batches/new", batch, {"quantity": "250", "pack_size": "2.5"}),
    "plot": Entrance("ama", "/producer/plots", plot, {"area_mu": "3"}),
    "harvest": Entrance("ama", "/producer/farm/new", entry("harvest", quantity="250", unit="kg"), {"quantity": "250"}),
    "spray": Entrance(
        "ama",
        "/producer/farm/new",
        entry("input", area_mu="2", dose="30 克/亩"),
        {"area_mu": "2", "dose": "30 {} 克/亩"},
    ),
    "purchase": Entrance("ama", "/producer/purchase", bought, {"quantity": "100", "pack_size": "10"}),
    "policy": Entrance("chen", "/bureau/insurance/new", policy, {"limit_cumulative": "100000", "premium": "3000"}),
    "certificate": Entrance("ama", "/producer/certificates/new", certificate, {"quantity-0": "3"}),
}


def but_for_kept_forms(world: World) -> dict[str, str]:
    """What the record says: a refused form with a paper is kept apart from it, for an hour."""
    return {name: each for name, each in digest(world.db).items() if name != "kept_forms"}


@pytest.mark.parametrize("name", ENTRANCES)
def test_what_is_absurd_is_asked_about_or_refused(world: World, app: Flask, name: str) -> None:
    entrance = ENTRANCES[name]
    browser = signed_in(app, entrance.who)
    for number in range(1, entrance.before + 1):
        answer = sent(browser, entrance, dated(number, entrance.form(world, number)))
        assert answer[0] == 302, (name, number, answer[1])
    kept = but_for_kept_forms(world)
    for field, usual in entrance.amounts.items():
        for times in (10_000, BILLION):
            status, page = sent(browser, entrance, dated(9, entrance.form(world, 9)) | {field: absurd(usual, times)})
            assert status in (409, 422), (name, field, times, status)
            assert "是否确认" in page or status == 422, (name, field)
    assert but_for_kept_forms(world) == kept
    assert (
        sent(browser, entrance, dated(8, entrance.form(world, 8)))[0] == 302
    )  # what is usual is still taken without a word


@pytest.mark.parametrize("name", ["plot", "harvest", "spray", "purchase", "policy", "certificate"])
def test_what_is_asked_goes_on_with_one_tick(world: World, app: Flask, name: str) -> None:
    entrance = ENTRANCES[name]
    browser = signed_in(app, entrance.who)
    for number in range(1, entrance.before + 1):
        assert sent(browser, entrance, dated(number, entrance.form(world, number)))[0] == 302
    field, usual = next(iter(entrance.amounts.items()))
    status, page = sent(browser, entrance, dated(9, entrance.form(world, 9)) | {field: absurd(usual, 20)})
    assert status == 409, page
    yes = re.findall(r'name="confirm" value="([^"]+)"', page)
    assert len(yes) == 1 and f'value="{absurd(usual, 20)}"' in page
    assert (
        sent(browser, entrance, dated(9, entrance.form(world, 9)) | {field: absurd(usual, 20), "confirm": yes})[0]
        == 302
    )


def absurd(usual: str, times: int) -> str:
    if "{}" in usual:  # a dose: the same figure in a unit a thousand times as large
        return usual.replace("{} 克", "千克" if times < BILLION else "吨")
    return str(int(float(usual) * times))


def dated(number: int, form: dict[str, object]) -> dict[str, object]:
    """A form of a day of its own: the same content on one day is asked about as a twin."""
    return {name: f"2026-07-{number:02}" if name in ("day", "harvest_date") else each for name, each in form.items()}


def sent(browser: FlaskClient, entrance: Entrance, form: dict[str, object]) -> tuple[int, str]:
    answer = browser.post(f"{entrance.path}?lang=zh", data=form, content_type="multipart/form-data")
    return answer.status_code, answer.text


# Where amounts are read, and what keeps the absurd out: a question, a bound that is known (what is there, what the paper holds), or both.
READ = {
    "certification/paper.py": "asks, as beside the holder's other papers",
    "chain/acts.py": "asks of goods bought and made; of others no more than there is",
    "chain/balance.py": "no more than there is, and a factor of at most 1,000",
    "chain/shipping.py": "no more than there is",
    "commitment/certificates.py": "no more than the batch",
    "farm/entries.py": "asks",
    "indicators/rewards.py": "no more than the clause's ceiling",
    "insurance/policies.py": "asks, and each limit no more than the one above it",
    "recall/figures.py": "no more than the batch, and the parts no more than the whole",
    "register/batches.py": "asks, and the county's word",
    "register/plots.py": "asks",
}


def test_no_amount_is_read_in_a_place_that_nobody_has_thought_of() -> None:
    found = {
        path.relative_to(CODE).as_posix()
        for path in CODE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("amount", "area", "number")
        and getattr(node.value, "id", "").startswith("fields")
    }
    assert found == set(READ)


# What a keyboard of figures is shown for and is no amount of goods and no area.
PLAIN = {
    *("page_width", "page_height", "label_width", "label_height", "left", "top", "pitch_x", "pitch_y", "symbol_mm"),
    *("limit_cumulative", "limit_per_incident", "limit_per_person", "premium", "subsidy_share", "amount"),
}
OF_ROWS = {"{{ name }}", "quantity", "pack"}  # the rows of splits, merges and processing, which are no fields of a form


def forms_of(kind: type[Form]) -> Iterator[type[Form]]:
    for each in kind.__subclasses__():
        yield each
        yield from forms_of(each)


def test_every_field_of_an_amount_or_an_area_reads_units(app: Flask) -> None:
    """By the type of the field: none is left a plain line, and none that a page shows figures for is unknown."""
    of_kind: dict[str, set[bool]] = {}
    for form in forms_of(Form):
        for name, made in inspect.getmembers(form):
            if kind := getattr(made, "field_class", None):
                of_kind.setdefault(name, set()).add(issubclass(kind, AmountField))
    read = {name for name, kinds in of_kind.items() if True in kinds}
    assert {name for name in read if of_kind[name] == {True}} == read
    of_recalls = {"recovered", "destroyed", "returned", "kept"}
    assert read == {"quantity", "pack_size", "loss", "area_mu", *of_recalls, *(f"quantity-{n}" for n in range(LINES))}
    shown = "".join(path.read_text("utf-8") for path in (CODE / "web/templates").rglob("*.html"))
    figures = re.findall(r"p\.field\(\w+\.(\w+)[^{}]*?inputmode='decimal'", shown)
    assert set(figures) <= read | PLAIN and len(figures) > 20
    rows = re.findall(r'<input(?:(?!<input)[^>])*?name="([^"]+?)(?:-[^"]*)?"[^>]*?inputmode="decimal"', shown)
    assert set(rows) == OF_ROWS


@pytest.mark.parametrize(
    ("name", "typed", "field", "kept"),
    [
        ("batch", {"quantity": "０．５ 吨", "pack_size": "5斤"}, "batches.quantity", 50_000),
        ("batch", {"quantity": "500 斤", "pack_size": "2500克"}, "batches.pack_size", 250),
        ("plot", {"area_mu": "1,000 ㎡"}, "plots.area_mu", 150),
        ("harvest", {"quantity": "500斤", "unit": "kg"}, "farm_entries.quantity", 25_000),
        ("spray", {"area_mu": "0.2公顷"}, "farm_entries.area_mu", 300),
        ("purchase", {"quantity": "200斤", "pack_size": "10公斤"}, "batches.quantity", 10_000),
        ("certificate", {"quantity-0": "3000 公斤"}, "certification_lines.yearly_quantity", 300),
    ],
)
def test_an_amount_with_a_unit_is_kept_as_it_always_was(
    world: World, app: Flask, name: str, typed: dict[str, str], field: str, kept: int
) -> None:
    entrance, (table, column) = ENTRANCES[name], field.split(".")
    status, page = sent(signed_in(app, entrance.who), entrance, dated(1, entrance.form(world, 1) | typed))
    assert status == 302, page
    with world.db.read.begin() as session:
        assert session.scalar(sa.text(f"SELECT {column} FROM {table} ORDER BY id DESC LIMIT 1")) == kept


def test_a_refused_or_asked_form_says_what_was_understood(world: World, app: Flask) -> None:
    ama, form = signed_in(app, "ama"), batch(world, 1)
    for changes in ({"quantity": "１，５００ 斤", "harvest_date": "昨天"}, {"quantity": "9000 吨"}):
        page = ama.post("/producer/batches/new?lang=zh", data=form | changes).text
        assert '<p class="understood">= ' + ("750 kg" if "harvest_date" in changes else "9,000,000 kg") in page
    plain = ama.post("/producer/batches/new?lang=zh", data=form | {"quantity": "1500", "harvest_date": "昨天"}).text
    assert "understood" not in plain
    plots = ama.post("/producer/plots?lang=zh", data=plot(world, 1) | {"name": "", "area_mu": "0.5公顷"}).text
    assert '<p class="understood">= 7.5 亩</p>' in plots


def test_goods_are_parted_merged_and_shipped_in_the_units_that_people_type(world: World, app: Flask) -> None:
    ama, whole = signed_in(app, "ama"), world.declare()
    path = f"/producer/batches/{whole.id_number}"
    parts = {"quantity-0": "100斤", "pack-0": "2.5 公斤", "quantity-1": "0.1吨", "loss": "500克", "key": "parts-1"}
    assert ama.post(f"{path}/split", data=parts).status_code == 302
    goods = {"customer": "某超市", "place": "株洲", "day": "2026-07-19", "quantity": "20 斤", "key": "ship-1"}
    assert ama.post(f"{path}/ship", data=goods).status_code == 302
    with world.db.read.begin() as session:
        found = session.execute(sa.text("SELECT quantity, pack_size FROM batches ORDER BY id")).all()
        assert found == [(25_000, 250), (5_000, 250), (10_000, 250)]
        assert session.scalar(sa.text("SELECT used FROM batches ORDER BY id LIMIT 1")) == 5_000 + 10_000 + 50 + 1_000
