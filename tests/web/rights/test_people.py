"""Who of a producer's people may what: every address, by the owner, a clerk, a field hand, and one who was taken out."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from world import World, signed_in, staff
from world.reading import digest
from world.streets import Street, calls, open_street, rule_of, said
from yipin.access.visibility import _scope_of
from yipin.accounts import people
from yipin.models import Account, Attachment, Position, Role
from yipin.web.rights import RULES
from yipin.web.rights.rule import DESK, FIELD, OWNER, may

WHO = {"owner": Position.OWNER, "clerk": Position.CLERK, "hand": Position.FIELD_HAND, "gone": None}
OF_A_HAND = {
    *("farm_home", "farm_ready", "farm_worker", "farm_plot", "farm_inputs", "plots", "plot", "season"),
    *("new_entry", "correct_entry", "withdraw_entry"),
}
OF_THE_OWNER = {
    *(("my_data", method) for method in ("GET", "POST")),
    *(("take_over", method) for method in ("GET", "POST")),
    *(("people", method) for method in ("GET", "POST")),
    *(("person", method) for method in ("GET", "POST")),
    *((act, "POST") for act in ("withdraw_invitation", "take_out", "reset_person")),
    *((act, "POST") for act in ("profile", "change_contact", "credit")),
}


@pytest.fixture
def street(world: World, app: Flask) -> Street:
    """The street, with all people of Ama's producer signed in."""
    found = open_street(world, app)
    for who, position in WHO.items():
        staff.hired(world, position or Position.CLERK, who)
        found.browsers[who] = signed_in(app, who)
    with world.db.write.begin() as session:
        people.take_out(session, world.ama, session.get_one(Account, world.actor("gone").account_id))
    return found


def may_call(who: str, endpoint: str, method: str) -> bool:
    return WHO[who] in rule_of(endpoint, method).people


def test_the_table_says_of_every_address_of_the_grower_who_may() -> None:
    for (endpoint, method), rule in RULES.items():
        assert bool(rule.people) == (rule.roles is not None and Role.PRODUCER in rule.roles), endpoint
        part, name = endpoint.split(".")[0], endpoint.split(".")[-1]
        if part == "producer" and name in OF_A_HAND:
            assert rule.people == (DESK if (name, method) in {("plots", "POST"), ("plot", "POST")} else FIELD), endpoint
        elif part == "producer":
            assert rule.people == (OWNER if (name, method) in OF_THE_OWNER else DESK), endpoint
    with pytest.raises(ValueError, match="people"):
        may(Role.PRODUCER)


def test_a_hand_knows_of_exactly_what_the_pages_of_a_hand_speak_of() -> None:
    spoken_of = {rule.of for rule in RULES.values() if rule.of and Position.FIELD_HAND in rule.people} - {Attachment}
    known = {rule.of for rule in RULES.values() if rule.of and _scope_of(rule.of).in_the_field}
    assert spoken_of == known


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # who may is decided before any table is read
def test_each_of_the_people_may_call_what_the_table_says_and_nothing_else(street: Street) -> None:
    """What is allowed is tried on an object that is not there, so that nothing is done by it."""
    wrong, tried, before = [], 0, digest(street.world.db)
    for endpoint, method in calls(street.app):
        rule = rule_of(endpoint, method)
        if rule.roles is None or method == "HEAD" or endpoint == "auth.logout":
            continue
        for who in WHO:
            should = "to the log-in" if who == "gone" else "let in" if may_call(who, endpoint, method) else "refused"
            if should == "let in" and rule.of is None and method == "POST":
                continue  # done by the tests of the pages
            if should == "refused" and not rule.people and who != "hand":
                continue  # refused to every grower alike, of which one tells
            found = said(street.ask(who, endpoint, method, "missing" if rule.of else "ama"))
            found = "let in" if found in ("answered", "not there") else found
            tried += 1
            if found != should:
                wrong.append(f"{who}: {method} {endpoint}: {found}, should be {should}")
    assert not wrong, "\n".join(wrong)
    assert tried > 500
    assert digest(street.world.db) == before


def ways_on(page: str, here: str) -> Iterator[tuple[str, str]]:
    """The links and forms of a page: method and path. A form without an address goes where its page is."""
    for tag, rest in re.findall(r"<(a|form)\b([^>]*)>", page):
        found = re.search(r'(?:href|action)="([^"]*)"', rest)
        method = "POST" if tag == "form" and 'method="post"' in rest else "GET"
        address = found[1] if found else here if tag == "form" else ""
        if address.startswith("/"):
            yield method, urlsplit(address).path


def closed(street: Street, browser: FlaskClient, who: str, endpoint: str) -> Iterator[str]:
    """The ways on a page that lead to what this person may not call."""
    answer = browser.get(street.address(endpoint, "GET", "ama"), follow_redirects=True)
    routes = street.app.url_map.bind("localhost")
    for method, path in ways_on(answer.text if "html" in answer.mimetype else "", answer.request.path):
        try:
            there, _ = routes.match(path, method)
        except HTTPException:  # a file of the service worker, or an address with a language
            continue
        rule = rule_of(there, method)
        if rule.roles is not None and not may_call(who, there, method):
            yield f"{who} on {endpoint}: {method} {there}"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["clerk", "hand"])
def test_no_page_offers_what_its_reader_may_not_do(street: Street, who: str) -> None:
    wrong, seen = set(), 0
    for endpoint, method in calls(street.app):
        if method == "GET" and rule_of(endpoint, method).roles is not None and may_call(who, endpoint, method):
            wrong.update(closed(street, street.browsers[who], who, endpoint))
            seen += 1
    assert not wrong, "\n".join(sorted(wrong))
    assert seen > 10
