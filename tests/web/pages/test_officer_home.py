"""The officers' home page: all that waits in one list, each thing a click away from where it is decided."""

import pytest
from flask import Flask

from world import World, signed_in
from world.reading import see
from world.waiting import make_wait
from yipin.web.pages.officer_home import PLACES
from yipin.worklist.kinds import KINDS

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def test_every_kind_has_the_page_where_it_is_decided_and_each_link_leads_there(world: World, app: Flask) -> None:
    make_wait(world)
    assert PLACES.keys() == KINDS.keys()
    for who in ("officer-430225", "chen"):
        browser = signed_in(app, who)
        page = browser.get("/bureau/").text.split('<section class="work"')[1].split("</section>")[0]
        links = [link for link in see(page).links if "?" not in link and link != "/bureau/"]
        assert len(links) > 15
        assert [link for link in links if browser.get(link).status_code != 200] == []


def test_the_list_is_narrowed_to_a_kind_and_an_unknown_kind_narrows_nothing(world: World, app: Flask) -> None:
    make_wait(world)
    browser = signed_in(app, "officer-430225")
    whole, only, odd = (
        see(browser.get("/bureau/", query_string={"kind": kind}).text) for kind in ("", "brands", "nothing")
    )
    assert "山里红" in only.text and "头茬李子" not in only.text
    assert "头茬李子" in whole.text and "头茬李子" in odd.text
    assert "待核实的品牌 1" in only.text and "待审产品 1" in only.text


def test_the_home_says_whose_matters_it_lists_and_that_the_targets_are_the_citys(world: World, app: Flask) -> None:
    world.officer_of("430225")
    county, city = (see(signed_in(app, who).get("/bureau/").text).text for who in ("officer-430225", "chen"))
    assert "这里只列炎陵县的事" in county and "全市的指标" in county
    assert "这里列全市各县市区的事" in city and "全市的指标" not in city
    assert "没有等着办的事" in county
