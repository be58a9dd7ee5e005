"""Every page that can be asked for, by every role in each of its early states: it is shown with a way on, or leads to
the step that is missing; and what is refused is refused inside the office's own frame."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from world import World, signed_in
from world.newcomers import STATES, come, login
from world.reading import see
from world.streets import ROLES, Street, open_street, rule_of
from yipin.models import Role
from yipin.web.blueprints import OFFICE

REFUSED = {403: "refused", 404: "not there", 409: "not now"}


@pytest.fixture
def street(world: World, app: Flask) -> Street:
    made = open_street(world, app)
    for state in STATES:
        come(world, state)
    return replace(made, browsers=made.browsers | {state: signed_in(app, login(state)) for state in STATES})


def pages(street: Street) -> Iterator[str]:
    """The endpoints of everything that can be asked for by GET, but the files that come with the program."""
    for rule in street.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and not rule.endpoint.endswith("static"):
            yield rule.endpoint


def trials(street: Street) -> Iterator[tuple[str, str, str]]:
    """Every page as all who may call it and one who may not. What a neighbour gets of one's object, a newcomer gets too."""
    for endpoint in pages(street):
        may = [who for who in street.browsers if is_allowed(who, endpoint)]
        refused = [who for who in street.browsers if who not in may][-1:]
        needs_object = rule_of(endpoint, "GET").of is not None
        skipped = {"ben", *(STATES[1:] if needs_object or is_public(endpoint) else ["officer-430225"])}
        for who in [*may, *refused]:
            if who not in skipped:
                yield endpoint, who, street.address(endpoint, "GET", "ama")


def is_public(endpoint: str) -> bool:
    return rule_of(endpoint, "GET").roles is None


def is_allowed(who: str, endpoint: str) -> bool:
    roles = rule_of(endpoint, "GET").roles
    return roles is None or (ROLES[who][0] if who in ROLES else Role.PRODUCER) in roles


def is_own(who: str, endpoint: str) -> bool:
    """Whether the page is one of this role's that needs nothing to be there."""
    return rule_of(endpoint, "GET").of is None and is_allowed(who, endpoint)


def wrong(street: Street, endpoint: str, who: str, address: str) -> str | None:
    """What is wrong with an answer, or None."""
    browser = street.browsers[who]
    answer = browser.get(address)
    for _ in range(3):
        if answer.status_code == 302:
            answer = browser.get(answer.headers["Location"])
    if answer.status_code != 200 and (is_own(who, endpoint) or answer.status_code not in REFUSED):
        return str(answer.status_code)
    if answer.mimetype != "text/html":
        return None
    return no_way_on(answer, who, address)


def no_way_on(answer: TestResponse, who: str, address: str) -> str | None:
    main = answer.text.split("<main", 1)[-1].split("</main>")[0]
    if not see(main).links and "<form" not in main:
        return "no way on"
    is_office = any(address.startswith(f"{each.url_prefix}/") for each in OFFICE)
    return "outside the frame" if is_office and 'action="/logout"' not in answer.text and who != "nobody" else None


@pytest.mark.long
@pytest.mark.usefixtures("untraced")
def test_every_page_is_shown_with_a_way_on_or_leads_to_the_step_that_is_missing(street: Street) -> None:
    tried = list(trials(street))
    found = [
        f"{who}: {endpoint}: {said}"
        for endpoint, who, address in tried
        if (said := wrong(street, endpoint, who, address))
    ]
    assert not found, "\n".join(found)
    assert len(tried) > 400


def test_an_address_that_is_not_there_keeps_the_menu_of_those_who_are_signed_in(
    app: Flask, client: FlaskClient
) -> None:
    for who in ("ama", "chen"):
        answer = signed_in(app, who).get("/bureau/nothing")
        assert (answer.status_code, 'action="/logout"' in answer.text, "回到首页" in answer.text) == (404, True, True)
    assert 'action="/logout"' not in client.get("/bureau/nothing").text


def test_a_form_of_somebody_whose_record_is_not_approved_is_refused_in_the_frame(world: World, app: Flask) -> None:
    come(world, "waiting")
    answer = signed_in(app, login("waiting")).post("/producer/paper/printers", data={"name": "柜台"})
    assert (answer.status_code, 'action="/logout"' in answer.text) == (409, True)
    assert "还没有审核通过" in answer.text
