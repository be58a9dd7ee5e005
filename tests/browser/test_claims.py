"""Goods go from a grower to a works and to a phone: the certificate comes along as the grower's (来自…), what was bought from outside
says so, and what a label may no longer say is told."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from world.chains import likely_of
from yipin import clock
from yipin.access.actor import Actor
from yipin.brands import licences
from yipin.chain import acts
from yipin.db import Database
from yipin.installation.installation import Installation
from yipin.installation.settings import Settings
from yipin.issue.codes import codes_of
from yipin.models import Account, Batch, BrandLicence, CodeRange, Plot, PlotKind, Producer
from yipin.register import products
from yipin.register.commodities import ProductGoods

from .conftest import WIDTHS, Opener, Served, refuse_axe_violations, shoot, sign_in
from .test_pages import told

pytestmark = pytest.mark.soak  # tests/web and tests/provenance ask the same without a browser


@dataclass
class Record:
    """The record of the service, as the story needs to read it and to prepare it."""

    installation: Installation
    db: Database

    def actor(self, login: str) -> Actor:
        with self.db.read.begin() as session:
            return Actor.of(session.scalars(sa.select(Account).where(Account.login == login)).one(), clock.now())

    def uscc(self, login: str) -> str:
        with self.db.read.begin() as session:
            return session.get_one(Producer, self.actor(login).producer_id).uscc or ""

    def product(self, login: str, name: str) -> str:
        """The row number of a product that both officers have agreed to."""
        officer = self.actor("officer")
        with self.db.write.begin() as session:
            row = products.submit_product(
                session, self.actor(login), name=name, brand="", goods=ProductGoods(likely_of(name))
            )
            products.approve_product(session, Actor("county", officer.at), row)
            products.approve_product(session, officer, row)
            return str(row.id)

    def bought(self, login: str, wanted: str) -> str:
        """The ID number of goods bought from outside."""
        who = self.actor(login)
        with self.db.write.begin() as session:
            works = session.scalars(
                sa.select(Plot).where(Plot.producer_id == who.producer_id, Plot.kind == PlotKind.WORKS)
            ).first()
            assert works
            form = acts.Made(wanted, str(works.id), clock.day_of(who.at).isoformat(), "20", "kg", "0.5")
            return acts.purchase(session, who, form, acts.Seller("演示外地果行")).id_number

    def digits(self, id_number: str) -> str:
        """The digits of a batch's first code."""
        with self.db.read.begin() as session:
            rows = sa.select(CodeRange).join(CodeRange.batch).where(Batch.id_number == id_number)
            codes = session.scalars(rows).one()
            found = codes_of(codes, self.installation.ring, self.installation.secrets, codes.first, 1)
            return next(digits for _, digits in found)

    def end_licence(self, login: str) -> None:
        with self.db.write.begin() as session:
            mine = sa.select(BrandLicence).where(
                BrandLicence.producer_id == self.actor(login).producer_id, BrandLicence.granted_at.is_not(None)
            )
            licences.end(session, self.actor("officer"), session.scalars(mine).one(), "演示：持有人收回")


@pytest.fixture
def record(demo: Served) -> Iterator[Record]:
    settings = Settings.load(demo.data, {})
    db = Database(settings.database_url)
    yield Record(Installation.open(settings), db)
    db.dispose()


def seen_well(page: Page, name: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} px"
        refuse_axe_violations(page)
        shoot(page, f"{name}-{width}")


def password(demo: Served, login: str) -> str:
    return str(next(each["password"] for each in told(demo)["accounts"] if each["login"] == login))


def test_a_shipment_is_received_and_scanned_and_says_whose_certificate_it_is(
    demo: Served, window: Opener, record: Record
) -> None:
    record.product("works", "黄桃")
    grower, works = window(1280).new_page(), window(1280).new_page()
    sign_in(grower, demo.url, "grower", password(demo, "grower"))
    grower.goto(f"{demo.url}producer/batches/{told(demo)['batches'][0]['id_number']}/ship")
    for label, typed in (
        ("从第几枚", ""),
        ("到第几枚", ""),
        ("发给谁", "演示收购商"),
        ("发到哪里", "攸县"),
        ("数量（kg）", "1"),
    ):
        grower.get_by_label(label).fill(typed)
    grower.get_by_text("对方也在本系统登记过").click()
    grower.get_by_label("对方的统一社会信用代码").fill(record.uscc("works"))
    grower.get_by_role("button", name="记下发货").click()
    expect(grower.locator(".flash")).to_be_visible()

    sign_in(works, demo.url, "works", password(demo, "works"))
    works.goto(f"{demo.url}producer/incoming")
    works.get_by_role("link", name="收货", exact=True).last.click()
    seen_well(works, "claims-receiving")
    works.get_by_label("收下后作为哪个产品").select_option(label="黄桃")
    works.get_by_label("每件的量（kg）").fill("0.5")
    works.get_by_role("button", name="确认收货").click()
    expect(works.get_by_role("heading", name="赋码，打标签")).to_be_visible()
    works.get_by_label("这次要多少枚").fill("1")
    number = works.url.rsplit("/", 1)[1]
    own = works.url
    works.goto(f"{demo.url}producer/partners")
    works.locator("main").get_by_role("link", name="演示超市").click()
    seen_well(works, "partner")
    works.goto(own)
    works.get_by_role("button", name="赋码", exact=True).click()
    expect(works.get_by_role("button", name="生成标签")).to_be_visible()

    phone = window(390).new_page()
    phone.goto(f"{demo.url}{record.digits(number)}")
    phone.locator("summary").filter(has_text="证明与保险").click()
    phone.get_by_text("1 项今天有效").click()
    expect(phone.get_by_role("main")).to_contain_text("来自炎陵演示黄桃合作社")
    seen_well(phone, "claims-source")


def test_what_was_bought_from_outside_and_what_has_lapsed_is_told(demo: Served, window: Opener, record: Record) -> None:
    phone = window(390).new_page()
    phone.goto(f"{demo.url}b/{record.bought('works', record.product('works', '黄桃干'))}")
    expect(phone.get_by_role("main")).to_contain_text("外购，未核实")
    seen_well(phone, "claims-bought")
    own = f"{demo.url}b/{told(demo)['batches'][0]['id_number']}"
    phone.goto(own)
    expect(phone.get_by_role("article")).to_contain_text("品牌")
    record.end_licence("grower")
    phone.goto(own)
    expect(phone.get_by_role("article")).not_to_contain_text("炎陵黄桃")
    expect(phone.get_by_role("main")).to_contain_text("没有“炎陵黄桃”今天有效的使用许可")
    seen_well(phone, "claims-lapsed")
