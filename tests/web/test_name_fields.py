"""Every form field that takes a name refuses what nobody can see, at the field, and the record holds nothing of it."""

import re
from collections.abc import Iterator
from itertools import cycle

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import World
from world.chains import works_of
from world.filled import filled_form
from world.fuzz import Form, Fuzz
from world.streets import open_street
from yipin.db.columns import Base
from yipin.names import is_unseen

# The fields that hold the name of somebody or something, by their name in whatever form.
NAMES = re.compile(
    r"(name|items)(-\d+)?|holder|plain_name|insurer|customer|supplier|crop|operator|input_name|lab|township|place|contact"
)
UNSEEN = ("\u3164" * 3, "炎\u034f陵黄桃")


def test_every_field_for_a_name_refuses_what_nobody_sees(world: World, app: Flask) -> None:
    works_of(world, world.ama)  # without which nothing can be bought
    fuzz = Fuzz(street := open_street(world, app))
    browsers = dict(street.browsers) | {"newcomer": _newcomer(app)}
    fuzz.look_as("newcomer", browsers["newcomer"], "/producer/profile")
    tried, passed = set(), []
    for path, form in sorted(fuzz.forms.items()):
        for name, text in _names_of(form):
            tried.add(name)
            answer = browsers[fuzz.askers[path]].post(path, data=filled_form(path, form) | {name: text})
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


def _unseen_in(world: World) -> Iterator[str]:
    """The texts of the record in which something cannot be seen."""
    with world.db.read.begin() as session:
        for table in Base.metadata.sorted_tables:
            texts = [column for column in table.c if type(column.type) is sa.String]
            for row in session.execute(sa.select(*texts)) if texts else ():
                yield from (text for text in row if text and any(map(is_unseen, text)))
