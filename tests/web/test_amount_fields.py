"""Every field of a form that takes an amount: the absurd is asked about or refused, and never taken in silence or answered by an
error of ours."""

import ast
import io
import re
from collections.abc import Callable
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


@pytest.mark.parametrize("name", ENTRANCES)
def test_what_is_absurd_is_asked_about_or_refused(world: World, app: Flask, name: str) -> None:
    entrance = ENTRANCES[name]
    browser = signed_in(app, entrance.who)
    for number in range(1, entrance.before + 1):
        answer = sent(browser, entrance, dated(number, entrance.form(world, number)))
        assert answer[0] == 302, (name, number, answer[1])
    kept = digest(world.db)
    for field, usual in entrance.amounts.items():
        for times in (10_000, BILLION):
            status, page = sent(browser, entrance, dated(9, entrance.form(world, 9)) | {field: absurd(usual, times)})
            assert status in (409, 422), (name, field, times, status)
            assert "是否确认" in page or status == 422, (name, field)
    assert digest(world.db) == kept
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
        and node.attr == "amount"
        and getattr(node.value, "id", "").startswith("fields")
    }
    assert found == set(READ)
