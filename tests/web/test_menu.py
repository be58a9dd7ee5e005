"""The menu of every role: short groups that one can take in, each page one's own, and in the first days of a grower the step
that is missing instead of a refusal."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.newcomers import STATES, come, login
from world.streets import Street, open_street
from yipin.models import Role
from yipin.web import menu
from yipin.web.menu import MENU, MOST, Group

WHO = {"ama": Role.PRODUCER, "chen": Role.OFFICER, "officer-430225": Role.OFFICER, "insurer": Role.INSURER}
WHO |= {"administrator": Role.ADMINISTRATOR}
HOME = {Role.PRODUCER: "/producer/", Role.OFFICER: "/bureau/", Role.INSURER: "/bureau/insurance"}
MISSING = {"no record": "请先填写生产主体信息", "waiting": "还没有审核通过", "returned": "还没有审核通过"}


@pytest.mark.parametrize("role", Role)
def test_no_bar_and_no_group_has_more_than_seven_words(role: Role) -> None:
    groups = [each.entries for each in MENU[role] if isinstance(each, Group)]
    assert 1 <= len(MENU[role]) <= MOST and all(2 <= len(each) <= MOST for each in groups)
    endpoints = [each.endpoint for each in menu.entries(MENU[role])]
    assert len(set(endpoints)) == len(endpoints)


def bar(browser: FlaskClient, address: str) -> str:
    """The menu that a page shows, of whatever it leads to."""
    answer = browser.get(address, follow_redirects=True)
    assert answer.status_code == 200 and 'action="/logout"' in answer.text, address
    return answer.text.split('<ul class="menu">')[1].split("</nav>")[0]


def links(shown: str) -> Iterator[tuple[str, bool, bool]]:
    """Each word's address, whether it is closed yet, and whether it is the page that is shown."""
    for address, more in re.findall(r'<a href="([^"]+)"([^>]*)>', shown):
        yield address, "not-yet" in more, "aria-current" in more


def test_every_word_of_every_role_leads_to_a_page_in_the_frame_that_is_marked_in_the_menu(
    world: World, app: Flask
) -> None:
    street: Street = open_street(world, app)
    for who, role in WHO.items():
        browser = street.browsers[who]
        addresses = [address for address, closed, _ in links(bar(browser, HOME.get(role, "/bureau/accounts")))]
        assert len(addresses) == len(list(menu.entries(MENU[role])))
        for address in addresses:
            shown = bar(browser, address)
            here = [each for each, closed, current in links(shown) if current]
            assert here == [address] and not any(closed for _, closed, _ in links(shown)), (who, address)
            folded = "".join(re.findall(r'<details[^>]*class="group here">.*?</details>', shown, re.DOTALL))
            assert (f'href="{address}"' in folded) is is_in_a_group(role, address, app), (who, address)


def is_in_a_group(role: Role, address: str, app: Flask) -> bool:
    with app.test_request_context():
        groups = (each.entries for each in MENU[role] if isinstance(each, Group))
        return address in {app.url_for(each.endpoint) for entries in groups for each in entries}


@pytest.mark.parametrize("state", STATES)
def test_in_the_first_days_what_is_not_possible_yet_says_what_is_missing_and_leads_there(
    world: World, app: Flask, state: str
) -> None:
    come(world, state)
    browser = signed_in(app, login(state))
    with app.test_request_context():
        all_words = {app.url_for(each.endpoint): each.endpoint for each in menu.entries(MENU[Role.PRODUCER])}
    is_approved = state == "approved"
    for address, endpoint in all_words.items():
        answer = browser.get(address)
        page = browser.get(address, follow_redirects=True).text
        assert 'action="/logout"' in page and (MISSING.get(state, "灰色的菜单") in page) is not is_approved
        is_shown = answer.status_code == 200 or endpoint == "producer.home"
        assert is_shown or endpoint not in menu.FROM_THE_START, (state, address)
        open_words = [each for each, closed, _ in links(bar(browser, address)) if not closed]
        wanted = all_words if is_approved else [each for each, of in all_words.items() if of in menu.FROM_THE_START]
        assert sorted(open_words) == sorted(wanted)
        closed = {each for each, is_closed, _ in links(bar(browser, address)) if is_closed}
        assert closed == (set() if is_approved else {"/producer/profile"})
