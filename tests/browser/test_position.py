"""Where a plot lies by the telephone on the spot, in a real browser that has the person's permission, and in one that has not."""

from playwright.sync_api import expect

from .conftest import Opener, Served, refuse_axe_violations, shoot, sign_in
from .test_pages import told


def test_a_telephone_fills_in_where_it_is_when_it_may_and_knows_well_enough(demo: Served, window: Opener) -> None:
    phone = window(390)
    page = phone.new_page()
    sign_in(page, demo.url, "grower", next(a["password"] for a in told(demo)["accounts"] if a["login"] == "grower"))
    page.goto(f"{demo.url}producer/plots/1/position")
    locate, status = page.get_by_role("button", name="用手机定位"), page.locator("#locate [role=status]")
    locate.click()
    expect(status).to_contain_text("没有得到定位的许可")
    phone.grant_permissions(["geolocation"])
    for accuracy, said in ((900, "误差有 900 米"), (12, "误差约 12 米")):
        phone.set_geolocation({"latitude": 26.489612, "longitude": 113.771234, "accuracy": accuracy})
        locate.click()
        expect(status).to_contain_text(said)
    expect(page.get_by_label("纬度, 经度")).to_have_value("26.48961, 113.77123")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("main")).to_contain_text("手机定位")
    page.goto(f"{demo.url}producer/plots/1/position")
    refuse_axe_violations(page)
    shoot(page, "plot-position")
