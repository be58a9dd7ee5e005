"""A recall's steps in a real browser: what a cause reaches, asked once more, and a drill with its record; each page put to
axe and no wider than the screen."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import WIDTHS, Opener, Served, refuse_axe_violations, shoot, sign_in
from .test_pages import told

pytestmark = pytest.mark.soak  # test_story.py ends with a recall for every change


def seen_well(page: Page, name: str) -> None:
    page.wait_for_load_state()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} px"
        refuse_axe_violations(page)
    shoot(page, name)


def test_an_officer_sees_is_asked_and_drills_and_nothing_has_changed(demo: Served, window: Opener) -> None:
    facts, page = told(demo), window(1280).new_page()
    sign_in(page, demo.url, "officer", next(a["password"] for a in facts["accounts"] if a["login"] == "officer"))
    reach = f"{demo.url}bureau/recall/reach?by=batch&number={facts['chain']['id_number']}"
    page.goto(reach)
    seen_well(page, "recall-reach")
    page.get_by_label("理由").fill("演示：年度演练")
    page.get_by_role("button", name="召回全部…").click()
    expect(page.get_by_role("main")).to_contain_text("召回不能撤销")
    seen_well(page, "recall-sure")
    page.goto(reach)
    page.get_by_label("理由").fill("演示：年度演练")
    page.get_by_role("button", name="演练").click()
    expect(page.get_by_role("status")).to_contain_text("什么都没有改变")
    seen_well(page, "recall-drill")
    phone = window(390).new_page()
    phone.goto(f"{demo.url}{facts['chain']['digits']}")
    assert "正品" in phone.get_by_role("heading", level=1).inner_text()


def test_a_hold_of_many_is_lifted_in_one_act_after_a_look_at_what_it_frees(demo: Served, window: Opener) -> None:
    facts, page = told(demo), window(1280, color_scheme="dark").new_page()
    sign_in(page, demo.url, "officer", next(a["password"] for a in facts["accounts"] if a["login"] == "officer"))
    page.goto(f"{demo.url}bureau/recall/reach?by=batch&number={facts['chain']['id_number']}")
    page.get_by_label("理由").fill("演示：先停下")
    page.get_by_role("button", name="冻结全部…").click()
    page.get_by_role("button", name="确认冻结").click()
    expect(page.get_by_role("status")).to_be_visible()
    seen_well(page, "recall-held")
    page.goto(f"{page.url.partition('?')[0]}/lift")
    seen_well(page, "recall-lifting")
    page.get_by_label("理由").fill("演示：复检合格")
    page.get_by_role("button", name="解除").click()
    expect(page.get_by_role("status")).to_contain_text("已解除冻结")
    seen_well(page, "recall-lifted")
