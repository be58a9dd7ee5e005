"""Every form field that takes a name refuses what nobody can see, at the field, and the record holds nothing of it."""

import re
from collections.abc import Iterator
from itertools import cycle

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import USCC, World
from world.chains import works_of
from world.fuzz import Form, Fuzz
from world.streets import open_street
from yipin.db.columns import Base
from yipin.names import is_unseen

# The fields that hold the name of somebody or something, by their name in whatever form.
NAMES = re.compile(
    r"(name|items)(-\d+)?|holder|plain_name|insurer|customer|supplier|crop|operator|input_name|lab|township|place|contact"
)
UNSEEN = ("\u3164" * 3, "炎\u034f陵黄桃")
# What the other fields of the forms need to be right; where the page has a value already, it is that.
RIGHT = {
    "login": "new.person",
    "password": "some plain sentence",
    "role": "officer",
    "county": "430225",
    "name": "某某",
    "place": "山垄村",
    "area_mu": "3",
    "clause": "县发文",
    "number": "PICC-2026-7",
    "holder_source": "证书",
    "source": "某产品标签",
    "interval_days": "7",
    "sampled_on": "2026-07-18",
    "reported_on": "2026-07-19",
    "report_number": "R-7",
    "lab": "某检测中心",
    "value-0": "未检出",
    "name-0": "多菌灵",
    "holder": "某协会",
    "day": "2026-07-10",
    "valid_from": "2026-01-01",
    "valid_to": "2027-01-01",
    "what": "标签上的字不对",
    "operator": "Ama",
    "crop": "黄桃",
    "season": "2026",
    "input_name": "多菌灵",
    "method": "喷雾",
    "dose": "800 倍",
    "maker": "某厂",
    "target": "褐腐病",
    "quantity": "1",
    "pack_size": "1",
    "phone": "13800000000",
    "contact": "Dora",
    "consent": "y",
    "reason": "写错了",
    "customer": "某超市",
    "supplier": "某粮行",
    "township": "霞阳镇",
    "uscc": USCC["other"],
    "subject": USCC["ama"],
    "page_width": "100",
    "page_height": "100",
    "made": "1",
}
# What a form needs beside, by the end of its path.
OF_FORM = {
    "/bureau/accounts": {"role": "insurer", "county": ""},
    "/bureau/brands": {"county": "430203"},
    "/bureau/certificates/new": {"scheme": "geographical", "number": "AGI00000"},
    "/certificate": {"number": "LB-00-24010000007A"},
    "/producer/certificates/new": {"number": "LB-00-24010000007A"},
    "/ship": {"quantity": ""},
    "/farm/new": {"kind": "input", "season": "2026"},
    "/correct": {"kind": "input", "season": "2026"},
}


def test_every_field_for_a_name_refuses_what_nobody_sees(world: World, app: Flask) -> None:
    works_of(world, world.ama)  # without which nothing can be bought
    fuzz = Fuzz(street := open_street(world, app))
    browsers = dict(street.browsers) | {"newcomer": _newcomer(app)}
    fuzz.look_as("newcomer", browsers["newcomer"], "/producer/profile")
    tried, passed = set(), []
    for path, form in sorted(fuzz.forms.items()):
        for name, text in _names_of(form):
            tried.add(name)
            answer = browsers[fuzz.askers[path]].post(path, data=_filled(path, form) | {name: text})
            code = f"U+{ord(next(filter(is_unseen, text))):04X}"
            if answer.status_code != 422 or code not in answer.text:
                passed.append(f"{path} {name}: {answer.status_code} {re.findall('role=.alert.>([^<]+)', answer.text)}")
    assert not passed, "\n".join(passed)
    assert {"name", "holder", "plain_name", "insurer", "customer", "supplier", "crop", "input_name", "lab"} <= tried
    assert not list(_unseen_in(world))


def _newcomer(app: Flask) -> FlaskClient:
    browser = app.test_client()
    browser.post("/join", data={"login": "newcomer", "name": "Dora", "password": "some plain sentence"})
    return browser


def _names_of(form: Form) -> Iterator[tuple[str, str]]:
    """The fields for a name, in turn with either text; of the rows of a table, the first row."""
    names = [name for name in dict(form.fields) if NAMES.fullmatch(name) and not re.search(r"-[1-9]", name)]
    yield from zip(names, cycle(UNSEEN), strict=False)


def _filled(path: str, form: Form) -> dict[str, str]:
    """The form as the page has it, of every list the first, and what is empty filled in."""
    first: dict[str, str] = {}
    for name, value in form.fields:
        first[name] = first.get(name) or value
    beside = next((more for end, more in OF_FORM.items() if path.endswith(end)), {})
    return (
        first
        | {name: RIGHT[name] for name in first if name in RIGHT and (not first[name] or name == "county")}
        | beside
    )


def _unseen_in(world: World) -> Iterator[str]:
    """The texts of the record in which something cannot be seen."""
    with world.db.read.begin() as session:
        for table in Base.metadata.sorted_tables:
            texts = [column for column in table.c if type(column.type) is sa.String]
            for row in session.execute(sa.select(*texts)) if texts else ():
                yield from (text for text in row if text and any(map(is_unseen, text)))
