"""Each reader gets one language: no page, form or JSON of either shows words of the other, and days and numbers are
written as their readers write them."""

import errno
import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_babel import force_locale

from world import NOW, PASSWORD, Sold, World, signed_in, staff
from world.insured import entered, insured
from world.languages import CHINESE, OFFICIAL, SEAL, without
from yipin import clock, errors
from yipin.access.actor import Actor
from yipin.accounts.signin import add_account
from yipin.audit import holds
from yipin.cases import complaints
from yipin.certification import claims
from yipin.commitment.forms import templates
from yipin.farm import input_list
from yipin.insurance import policies
from yipin.models import (
    Account,
    Batch,
    Brand,
    CodeRange,
    Complaint,
    Event,
    InsurancePolicy,
    Insurer,
    Invitation,
    LabelPrinter,
    LabelStock,
    Plot,
    Position,
    PrintRun,
    Producer,
    Product,
    Role,
    VoidUnit,
)
from yipin.printing import equipment, press, runs
from yipin.register import product_barcodes
from yipin.web.rights import RULES

ENGLISH_SENTENCE = re.compile(r"[A-Za-z]?[a-z’]+(?: [A-Za-z]?[a-z’]+){2,}")
SYSTEM_SAYS = os.strerror(errno.EISDIR)  # the operating system has one language
on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def full(world: World, sold: Sold) -> World:
    """A city in which everything that a page can show has happened."""
    assert sold.run.id
    for login, role in (("ines", Role.INSURER), ("adam", Role.ADMINISTRATOR)):
        with world.db.write.begin() as session:
            add_account(
                session,
                Actor("founder", NOW),
                world.installation.policy,
                login=login,
                name=login,
                role=role,
                password=PASSWORD,
            )
    world.officer_of("430225")
    with world.db.write.begin() as session:
        product = session.scalars(sa.select(Product)).first()
        assert product
        claims.enter(
            session,
            world.chen,
            product,
            scheme="green",
            number="LB-00-2601000000A",
            valid_from="2026-01-01",
            valid_to="2026-12-31",
        )
        product_barcodes.set_barcode(session, world.ama, product, "6901234567892")
        gone = claims.enter(
            session, world.chen, product, scheme="geographical", number="AGI00000", valid_from="2026-01-01", valid_to=""
        )
        claims.withdraw(session, world.chen, gone, "撤错了")
        insured(session, world.chen, product, insurer="ines", number="P2026000001", exclusions="自行改装")
        back = entered(session, world.chen, product, insurer="ines", number="P2026000002")
        policies.send_back(session, world.actor("officer-430225"), back, "日期看不清")
        equipment.add_stock(session, world.ama, "自家的纸 100%", {"page_width": "80", "page_height": "60"}, True)
        equipment.add_printer(session, world.ama, "库房的机器")
        runs.void_units(session, world.ama, session.get_one(Batch, sold.batch.id), "2-3", "打坏了")
        form = complaints.ComplaintForm(
            kind="fake", what="像是假的", code=sold.digits[0], shop="果品店", place="河西市场"
        )
        complaints.file(session, world.installation, Actor("", NOW), form, "0" * 32, "1.2.3.4")
    _stopped(world, holds.hold, "农残复检")
    _stopped(world, holds.recall, "农残超标")
    _failed(world)
    return world


def _stopped(world: World, stop: object, reason: str) -> None:
    batch = world.declare(unit="个", quantity="10", pack_size="5")
    with world.db.write.begin() as session:
        stop(session, world.chen, session.get_one(Batch, batch.id), reason)  # type: ignore[operator]


def _failed(world: World) -> None:
    codes = world.issue(world.declare(), 2)
    press.sheet_path(world.installation, 2).mkdir(parents=True)  # in the place of the second run's file
    with pytest.raises(errors.Unavailable):
        world.print(codes)


# The values that people typed; pages show them as they are.
TYPED = (
    Producer.name,
    Producer.township,
    Producer.contact,
    Plot.name,
    Plot.place,
    Product.name,
    Brand.name,
    Brand.holder,
    Brand.holder_source,
    Brand.season_source,
    Account.name,
    Invitation.name,
    Event.reason,
    Batch.state_reason,
    VoidUnit.reason,
    InsurancePolicy.exclusions,
    Insurer.name,
    LabelStock.name,
    LabelPrinter.name,
    Complaint.what,
    Complaint.shop,
    Complaint.place,
)
ROLES = (None, "ama", "ben", "chen", "officer-430225", "ines", "adam")


def typed(world: World) -> list[str]:
    with world.db.read.begin() as session:
        return [text for column in TYPED for text in session.scalars(sa.select(column)) if text]


def addresses(app: Flask, world: World, digits: str) -> Iterator[tuple[str, str]]:
    """The endpoint and address of everything that a GET can go to, of every object there is."""
    word = staff.asked(world, Position.CLERK, "Dan", world.actor("ama", clock.now()))
    with world.db.read.begin() as session, app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint.endswith("static"):
                continue
            of = RULES[rule.endpoint, "GET"].of
            rows = session.scalars(sa.select(of)).all() if of else [None]
            for row in rows:
                ref = row.id_number if isinstance(row, Batch) else getattr(row, "id", None)
                key = (
                    "yanling-peach"
                    if rule.endpoint == "public.brand"
                    else session.scalar(sa.select(Complaint.form_key))
                )
                given = {
                    "ref": ref,
                    "number": 1,
                    "kind": "svg",
                    "code": digits,
                    "word": word,
                    "mark": "0",
                    "key": key,
                    "indicator": "green-organic-gi",
                    "measure": "stock",
                    "reader": "clerk",
                    "name": "latest" if rule.endpoint == "public.status" else "checkpoint",
                    "path": "0/000",
                    "index": 0,
                }
                if rule.endpoint.startswith("public."):
                    given["number"] = number_for(session, rule.endpoint)
                values = {name: given[name] for name in rule.arguments}
                yield rule.endpoint, app.url_for(rule.endpoint, **values)  # type: ignore[arg-type]


def number_for(session: object, endpoint: str) -> str:
    numbers = {"public.batch": Batch.id_number, "public.barcode": Product.barcode}.get(endpoint, Product.id_number)
    return str(session.scalar(sa.select(numbers).where(numbers.is_not(None))))  # type: ignore[attr-defined]


# Pages of the same addresses in other states, and of what is refused.
MORE = (
    "/find?q=4302250000000000",
    "/find?q=nonsense",
    "/find?q=",
    "/no/such/page",
    "/bureau/products?state=approved",
    "/bureau/producers?state=approved",
    "/bureau/batches?state=on_hold&county=430225",
    "/bureau/batches?product=none",
    "/bureau/progress?day=2025-12-31",
    "/bureau/progress?day=no",
    "/bureau/progress/gi-products/net?year=2024",
    "/producer/batches/new?copy=1",
    "/" + "1" * 191,
    "/b/4302250000000000",
)


def said(browser: FlaskClient, address: str, language: str, *, forms: int = 2) -> Iterator[str]:
    """What a reader of this language is told: the page's texts, and the strings of its JSON."""
    query = ("&" if "?" in address else "?") + f"lang={language}"
    for kind in ("text/html", "application/json")[:forms]:
        answer = browser.get(address + query, headers={"Accept": kind})
        assert answer.status_code != 500, address
        if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303, 308):
            page = Texts()
            page.feed(answer.text)
            yield from page.found
        elif answer.mimetype == "application/json" and not address.startswith("/keys.json"):
            yield from strings(answer.json)
        if answer.mimetype not in ("text/html", "application/json"):
            break


class Texts(HTMLParser):
    """The texts of a page and of those attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if data.strip() and data.strip() != SEAL:
            self.found.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {"alt", "title", "aria-label", "placeholder", "data-l"} | ({"value"} if tag == "button" else set())
        self.found += [value for name, value in attrs if name in names and value]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def walk(app: Flask, world: World, digits: str, language: str) -> Iterator[tuple[str | None, str, str]]:
    """Every text that anyone is told anywhere, once; the refusal of a part of the site is the same on all its pages."""
    met: set[str] = set()
    for login, address, text in _told(app, world, digits, language):
        if text not in met:
            met.add(text)
            yield login, address, text


def _told(app: Flask, world: World, digits: str, language: str) -> Iterator[tuple[str | None, str, str]]:
    everywhere = dict.fromkeys(addresses(app, world, digits))
    for login in ROLES:
        browser, role = signed_in(app, login) if login else app.test_client(), role_of(world, login)
        for endpoint, address in everywhere:
            rule = RULES[endpoint, "GET"]
            if rule.roles is None or role in rule.roles:
                for text in said(browser, address, language, forms=2 if rule.roles is None else 1):
                    yield login, address, text
        for address in MORE:
            for text in said(browser, address, language):
                yield login, address, text


def role_of(world: World, login: str | None) -> Role | None:
    return world.actor(login).role if login else None


def words_of_forms() -> list[str]:
    """What stands on commitment certificates: the rule's own words and the place, which a page quotes in any language."""
    return [
        "湖南省株洲市炎陵县",
        *(text for form in templates().values() for text in (form.title, form.lead, *form.promise)),
    ]


@pytest.mark.long
@on_one_database
def test_an_english_page_has_no_chinese_but_names(app: Flask, full: World, sold: Sold) -> None:
    examples = [text for line in input_list.examples() for text in (line.name, line.crop, line.source)]
    names, pages = [*OFFICIAL, *words_of_forms(), *typed(full), *examples], set()
    for login, address, text in walk(app, full, sold.digits[0], "en"):
        pages.add(address)
        assert not CHINESE.search(without(text, names)), (login, address, text)
    assert len(pages) > 45  # with words that stand on no other


@pytest.mark.long
@on_one_database
def test_a_chinese_page_has_no_english_sentence(app: Flask, full: World, sold: Sold) -> None:
    for login, address, text in walk(app, full, sold.digits[0], "zh"):
        assert not ENGLISH_SENTENCE.search(without(text, [SYSTEM_SAYS])), (login, address, text)


# What is refused, and why


REFUSED = (
    ("/producer/plots", {"name": "<b>", "county": "1", "place": "", "area_mu": "0"}),
    ("/producer/batches/new", {"harvest_date": "2026-13-01", "quantity": "-1", "pack_size": "one"}),
    ("/producer/paper/stocks", {"name": "纸", "page_width": "1", "page_height": "x"}),
    ("/password", {"old": "wrong", "password": "short"}),
)


@on_one_database
def test_a_refused_form_says_so_in_the_readers_language(app: Flask) -> None:
    browser = signed_in(app, "ama")
    for address, values in REFUSED:
        chinese, english = (browser.post(f"{address}?lang={lang}", data=values) for lang in ("zh", "en"))
        assert (chinese.status_code, english.status_code) == (422, 422)
        for answer, ours in ((chinese, CHINESE.search), (english, ENGLISH_SENTENCE.search)):
            (summary,) = re.findall(r'role="alert"[^>]*>(.*?)</div>', answer.text, re.S)
            told = [text for text in re.findall(r">([^<>]+)<", summary) if text.strip()]
            assert told
            assert all(ours(text) for text in told), told
        assert not any(CHINESE.search(text) for text in told), told


@on_one_database
def test_why_a_run_failed_is_told_in_english(app: Flask, full: World) -> None:
    with full.db.read.begin() as session:
        run = session.scalars(sa.select(PrintRun).order_by(PrintRun.id.desc())).first()
        assert run
        codes = session.get_one(CodeRange, run.range_id)
        assert codes.count == 2
    page = signed_in(app, "ama").get(f"/producer/prints/{run.id}?lang=en").text
    assert "The label file could not be written" in page


# Choosing, and the way things are written


@on_one_database
def test_a_choice_of_language_is_remembered(client: FlaskClient) -> None:
    assert 'lang="zh-CN"' in client.get("/").text
    assert '<html lang="en">' in client.get("/?lang=en").text
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="zh-CN">' in client.get("/?lang=zh").text
    assert '<html lang="zh-CN">' in client.get("/?lang=xx").text


@on_one_database
def test_the_reason_of_a_verdict_is_in_the_language_asked_for(client: FlaskClient, sold: Sold) -> None:
    as_json = {"Accept": "application/json"}
    chinese = client.get(f"/{sold.digits[0]}?lang=zh", headers=as_json).json
    english = client.get(f"/{sold.digits[0]}?lang=en", headers=as_json).json
    assert chinese["reason"] == "签名真实，这一件已登记并已上市。"
    assert english["reason"] == "The signature is genuine; this pack is on record and has been released for sale."
    assert (chinese["verdict"], chinese["verdict_text"]) == ("genuine", "正品")
    assert (english["verdict"], english["verdict_text"]) == ("genuine", "Genuine")
    assert (chinese["county"], english["county"]) == ("湖南省株洲市炎陵县", "Yanling County, Zhuzhou, Hunan")
    assert chinese["harvest_date"] == english["harvest_date"] == "2026-07-18"
    assert json.dumps(chinese["product"]) == json.dumps(english["product"])


@on_one_database
def test_days_and_numbers_are_written_as_their_readers_write_them(
    app: Flask, client: FlaskClient, world: World, sold: Sold
) -> None:
    address = f"/{sold.digits[0]}"
    chinese, english = client.get(f"{address}?lang=zh").text, client.get(f"{address}?lang=en").text
    assert "2026年7月18日" in chinese
    assert "18 July 2026" not in chinese
    assert "18 July 2026" in english
    assert "年" not in without(english, OFFICIAL)
    assert "2023年1月1日至 2025年12月31日" in chinese
    assert "from 1 January 2023 to 31 December 2025" in english
    batch = world.declare(quantity="1250.50", pack_size="2.5")
    for language in ("zh", "en"):
        page = signed_in(app, "ama").get(f"/producer/batches/{batch.id_number}?lang={language}").text
        assert "1,250.5 kg" in page


@on_one_database
def test_a_unit_of_count_is_translated(client: FlaskClient, world: World) -> None:
    batch = world.declare(unit="个", quantity="10", pack_size="5")
    assert "5 个" in client.get(f"/b/{batch.id_number}?lang=zh").text
    assert "5 pieces" in client.get(f"/b/{batch.id_number}?lang=en").text


def test_a_language_that_is_forced_within_a_request_is_the_language_of_the_texts_meanwhile(app: Flask) -> None:
    def said() -> str:
        return render_template_string("{{ _('登录') }}, {{ pgettext('one', '地块') }}")

    with app.test_request_context("/"):
        chinese = said()
        with force_locale("en"):
            english = said()
        assert said() == chinese and not CHINESE.search(english)
    with app.test_request_context("/?lang=en"):
        assert said() == english
