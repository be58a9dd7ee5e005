"""Whatever goes from hand to hand in whatever order: every badge that a batch shows is borne out by a plain walk back over its
sources, and every badge that the walk bears out is shown. The walk is written here and shares no code with the program."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from world import World
from world.chains import made, works_of
from world.growers import TODAY, at, certify, grower, license_, product
from world.insured import insured
from yipin.access.actor import Actor
from yipin.audit import holds
from yipin.brands import licences
from yipin.certification import claims as certification
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.chain import acts
from yipin.chain.balance import Taken
from yipin.chain.shipping import ShippingForm, ship
from yipin.codes.label.stock import stocks
from yipin.codes.payload import Fact
from yipin.errors import Conflict, Invalid
from yipin.issue.codes import CodeOrder, issue_codes
from yipin.models import Batch, BatchLink, Brand, BrandLicence, Certification, CertificationLine, Producer, Product
from yipin.printing import plans
from yipin.register import batches as register_batches
from yipin.scan import id_numbers
from yipin.scan.facts_cache import BatchFactsCache
from yipin.web.answer_json import as_json

POSTGRESQL_IN_SOAK = True  # sums of plain reads
SEASON = ("07-12", "08-31")
LATER = TODAY + timedelta(days=40)
ENDS = (TODAY, TODAY + timedelta(days=20), None)
FACTS = {"green": Fact.GREEN, "organic": Fact.ORGANIC, "geographical": Fact.GEOGRAPHICAL}


@dataclass
class Seller:
    who: Actor
    goods: list[str]  # row numbers of products: of the county's brand, of no brand, and what is made of them
    works: str
    plot: str


@dataclass
class Town:
    """Cai and Eve of 攸县, Dan of 芦淞区, with a brand for each county; Dan's has a season."""

    world: World
    sellers: dict[str, Seller] = field(default_factory=dict)
    brands: dict[str, str] = field(default_factory=lambda: {"430223": "youxian-soybean", "430203": "baiguan-loofah"})


class Walk:
    """What the record bears out of a batch on a day, by plain recursion over its rows."""

    def __init__(self, session: Session, day: date) -> None:
        self.session, self.day = session, day

    def sources(self, batch: Batch) -> list[Batch]:
        links = self.session.scalars(sa.select(BatchLink).where(BatchLink.to_id == batch.id))
        return [self.session.get_one(Batch, link.from_id) for link in links]

    def recalled(self, batch: Batch) -> bool:
        return any(source.state.value == "recalled" or self.recalled(source) for source in self.sources(batch))

    def bought(self, batch: Batch) -> bool:
        if batch.origin.value in ("harvest", "processed"):
            return False
        return not self.sources(batch) or any(self.bought(source) for source in self.sources(batch))

    def own(self, batch: Batch) -> bool:
        if batch.origin.value in ("harvest", "processed"):
            return True
        return batch.origin.value != "received" and all(self.own(source) for source in self.sources(batch))

    def grew(self, batch: Batch, brand: Brand) -> bool:
        """In the area and in season, all of it, as far back as the record goes."""
        if batch.origin.value == "harvest":
            first, last = brand.season_from or "01-01", brand.season_to or "12-31"
            return batch.county == brand.county and first <= batch.harvest_date.isoformat()[5:] <= last
        if batch.origin.value == "processed" and batch.county != brand.county:
            return False
        return bool(self.sources(batch)) and all(self.grew(source, brand) for source in self.sources(batch))

    def named(self, batch: Batch, brand: Brand) -> bool:
        """Declared under the brand, and all that it was split from, put together of or received as."""
        if batch.brand_id != brand.id:
            return False
        new = batch.origin.value in ("harvest", "processed")
        return new or all(self.named(source, brand) for source in self.sources(batch))

    def licensed(self, batch: Batch, brand: Brand) -> bool:
        rows = self.session.scalars(
            sa.select(BrandLicence).where(
                BrandLicence.brand_id == brand.id, BrandLicence.producer_id == batch.producer_id
            )
        )
        return any(self._runs(row.valid_from, row.valid_to, row.ended_on) for row in rows if row.granted_at)

    def _runs(self, first: date | None, last: date | None, ended: date | None) -> bool:
        return first is not None and first <= self.day <= (last or date.max) and self.day < (ended or date.max)

    def brand(self, batch: Batch) -> str | None:
        brand = batch.product.brand
        if brand is None or self.recalled(batch) or not self.licensed(batch, brand):
            return None
        return brand.name if self.named(batch, brand) and self.grew(batch, brand) else None

    def papers(self, batch: Batch) -> dict[str, set[str]]:
        """Numbers of certificates by scheme, that all of the goods have."""
        if batch.origin.value in ("harvest", "processed"):
            return self._naming(batch)
        each = [self.papers(source) for source in self.sources(batch)]
        schemes = set.intersection(*map(set, each)) if each else set()
        return {scheme: set().union(*(papers[scheme] for papers in each)) for scheme in schemes}

    def _naming(self, batch: Batch) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        lines = sa.select(CertificationLine).where(CertificationLine.product_id == batch.product_id)
        for row in (line.certification for line in self.session.scalars(lines)):
            if row.producer_id == batch.producer_id and self._in_force(row):
                found.setdefault(row.scheme.value, set()).add(row.number)
        return found

    def _in_force(self, row: Certification) -> bool:
        return row.verified_at is not None and self._runs(row.valid_from, row.valid_to, row.ended_on)

    def badges(self, batch: Batch) -> set[tuple[str, str, str | None]]:
        """Scheme and number of each certificate, and whose it is where it came with the goods."""
        if self.recalled(batch):
            return set()
        numbers = {number for each in self.papers(batch).values() for number in each}
        if self.brand(batch) is not None:
            under = sa.select(Certification).where(Certification.brand_id == batch.product.brand_id)
            numbers |= {row.number for row in self.session.scalars(under) if self._in_force(row)}
        rows = self.session.scalars(sa.select(Certification).where(Certification.number.in_(numbers)))
        return {
            (row.scheme.value, row.number, None if row.producer_id in (None, batch.producer_id) else row.holder)
            for row in rows
        }

    def covered(self, batch: Batch) -> bool:
        """Cai's first product is insured on every day, and all that Dan sells."""
        if batch.producer.name.startswith("Dan"):
            return not self.bought(batch)
        return self.own(batch) and batch.product_id == int(Hands.town.sellers["cai"].goods[0])


class Hands(RuleBasedStateMachine):
    """Acts on real rows by three sellers; after them everything that speaks of a batch is put beside the walk."""

    town: Town
    app: Flask
    batches = Bundle("batches")
    who = st.sampled_from(["cai", "dan", "eve"])

    def __init__(self) -> None:
        super().__init__()
        self.world, self.serial = self.town.world, 0
        self.facts = BatchFactsCache(self.world.db)
        self.numbers: list[str] = []

    def _do(self, act: Callable[[Session], list[Batch]]) -> list[str]:
        """What came of an act; nothing where it is refused."""
        with self.world.db.write() as session:
            try:
                made = [batch.id_number for batch in act(session)]
            except (Invalid, Conflict):
                return []
            session.commit()
        self.numbers += made
        return made

    def _batch(self, session: Session, number: str) -> Batch:
        return session.scalars(sa.select(Batch).where(Batch.id_number == number)).one()

    def _owner(self, session: Session, number: str) -> Seller:
        producer = self._batch(session, number).producer_id
        return next(seller for seller in self.town.sellers.values() if seller.who.producer_id == producer)

    @initialize(target=batches)
    def begin(self):  # type: ignore[no-untyped-def]
        """Cai and Dan are licensed; Cai's beans are organic, Eve's are not; some of each goes to the other."""
        self.license("cai", None)
        self.license("dan", ENDS[1])
        self.certify("cai", 0, "organic", None)
        self.certify("dan", 0, "green", ENDS[1])
        first = [self._harvest(who, 0, "2026-07-18")[0] for who in ("cai", "dan", "eve")]
        handed = [*self._hand_on(first[0], "eve", 0), *self._hand_on(first[2], "cai", 0)]
        return multiple(*first, *handed)

    def _harvest(self, who: str, which: int, day: str) -> list[str]:
        seller = self.town.sellers[who]
        form = register_batches.BatchForm(seller.goods[which], seller.plot, day, "100", "kg", "0.5")
        return self._do(lambda session: [register_batches.declare_batch(session, seller.who, form)])

    @rule(target=batches, who=who, which=st.integers(0, 1), day=st.sampled_from(["2026-07-10", "2026-07-18"]))
    def harvest(self, who: str, which: int, day: str):  # type: ignore[no-untyped-def]
        return multiple(*self._harvest(who, which, day))

    @rule(target=batches, source=batches, taker=who, which=st.integers(0, 1))
    def hand_on(self, source: str, taker: str, which: int):  # type: ignore[no-untyped-def]
        return multiple(*self._hand_on(source, taker, which))

    def _hand_on(self, source: str, taker: str, which: int) -> list[str]:
        seller = self.town.sellers[taker]

        def act(session: Session) -> list[Batch]:
            uscc = session.get_one(Producer, seller.who.producer_id).uscc or ""
            form = ShippingForm("某客户", "某地", TODAY.isoformat(), quantity="8", uscc=uscc)
            shipment = ship(session, self._owner(session, source).who, self._batch(session, source), form)
            session.flush()
            return [acts.receive(session, seller.who, shipment, product=seller.goods[which], pack_size="0.5")]

        return self._do(act)

    @rule(target=batches, source=batches)
    def split(self, source: str):  # type: ignore[no-untyped-def]
        return multiple(
            *self._do(lambda session: acts.split(session, self._owner(session, source).who, source, [("3", "0.5")] * 2))
        )

    @rule(target=batches, source=batches, pick=st.integers(0, 9))
    def merge(self, source: str, pick: int):  # type: ignore[no-untyped-def]
        """With another batch of the same seller and product."""

        def act(session: Session) -> list[Batch]:
            one = self._batch(session, source)
            like = sa.select(Batch).where(Batch.producer_id == one.producer_id, Batch.product_id == one.product_id)
            mates = session.scalars(like.where(Batch.id != one.id).order_by(Batch.id)).all()
            taken = [Taken(each.id_number, "2") for each in (one, *mates[pick % len(mates) :][:1])] if mates else []
            return [acts.merge(session, self._owner(session, source).who, taken, pack_size="0.5")]

        return multiple(*self._do(act))

    @rule(target=batches, source=batches, which=st.sampled_from([0, 2]))
    def process(self, source: str, which: int):  # type: ignore[no-untyped-def]
        def act(session: Session) -> list[Batch]:
            seller = self._owner(session, source)
            wanted = made(seller.goods[which], seller.works, "2", TODAY.isoformat())
            return [acts.process(session, seller.who, [Taken(source, "3")], wanted)]

        return multiple(*self._do(act))

    @rule(target=batches, who=who, which=st.integers(0, 1))
    def buy(self, who: str, which: int):  # type: ignore[no-untyped-def]
        seller = self.town.sellers[who]
        wanted = made(seller.goods[which], seller.works, "50", "2026-07-18")
        return multiple(
            *self._do(lambda session: [acts.purchase(session, seller.who, wanted, acts.Seller("外地粮行"))])
        )

    @rule(who=who, end=st.sampled_from(ENDS))
    def license(self, who: str, end: date | None) -> None:
        county = {"cai": "430223", "dan": "430203", "eve": "430223"}[who]
        license_(
            self.world, self.town.sellers[who].who, self.town.brands[county], valid_to=end.isoformat() if end else ""
        )

    @rule(pick=st.integers(0, 9))
    def end_licence(self, pick: int) -> None:
        with self.world.db.write.begin() as session:
            rows = session.scalars(sa.select(BrandLicence).where(BrandLicence.ended_on.is_(None))).all()
            if rows:
                licences.end(session, self.world.chen, rows[pick % len(rows)], "收回")

    @rule(who=who, which=st.integers(0, 2), scheme=st.sampled_from(["green", "organic"]), end=st.sampled_from(ENDS))
    def certify(self, who: str, which: int, scheme: str, end: date | None) -> None:
        self.serial += 1
        number = f"LB-15-{2301180000 + self.serial}A" if scheme == "green" else f"999OP{2300000 + self.serial}"
        wanted = self.town.sellers[who].goods[which]
        certify(self.world, wanted, scheme, number, end.isoformat() if end else "")

    @rule(pick=st.integers(0, 9))
    def withdraw(self, pick: int) -> None:
        with self.world.db.write.begin() as session:
            rows = session.scalars(sa.select(Certification).where(Certification.ended_on.is_(None))).all()
            if rows:
                certification.withdraw(session, self.world.chen, rows[pick % len(rows)], "注销")

    @rule(source=batches)
    def recall(self, source: str) -> None:
        with self.world.db.write() as session:
            try:
                holds.recall(session, self.world.chen, self._batch(session, source), "不合格")
            except Conflict:
                return
            session.commit()

    @rule(source=batches)
    def look(self, source: str) -> None:
        """So that facts are remembered while more happens."""
        self._see(source, TODAY)

    def _see(self, number: str, day: date) -> None:
        with self.world.db.read.begin() as session:
            batch, walk = self._batch(session, number), Walk(session, day)
            brand, badges, covered = walk.brand(batch), walk.badges(batch), walk.covered(batch)
            answer = id_numbers.look_up_batch(session, self.world.installation, number, at(day))
        with self.app.test_request_context("/"):
            data = as_json(answer)
        shown = {(one["scheme"], one["number"], one["source"]) for one in data["certifications"]}  # type: ignore[attr-defined]
        assert (data["brand"], shown) == (brand, badges)
        assert (data["insurance"]["status"] == "covered") is covered  # type: ignore[index]
        assert brand is not None or not any(name in str(data["product"]) for name in ("攸县", "白关"))
        kept = self.facts.get(self.world.installation, (number, 0), day)
        assert kept is not None
        facts = kept.facts
        assert (facts.card, facts.certifications, facts.insurance) == (
            answer.card,
            answer.certifications,
            answer.insurance,
        )
        self._sign(number, day, brand, badges, covered)

    def _sign(
        self, number: str, day: date, brand: str | None, badges: set[tuple[str, str, str | None]], covered: bool
    ) -> None:
        """What codes and labels made on the day would say; nothing is kept of them."""
        with self.world.db.write() as session:
            batch = self._batch(session, number)
            maker = Actor("maker", at(day))
            try:
                codes = issue_codes(session, maker, self.world.installation, batch, CodeOrder(1, "property"))
                order = plans.PrintOrder(stocks()["a4-24"], codes.first + 1, 1)
                run = plans.plan_print(session, maker, self.world.installation, codes, order, "property")
            except (Invalid, Conflict):
                return  # recalled, or nothing is left
            said = {FACTS[scheme] for scheme, _, _ in badges} | ({Fact.INSURED} if covered else set())
            assert {fact for fact in Fact if fact & codes.facts} == said
            assert run.job["text"]["brand"] == brand

    def teardown(self) -> None:
        try:
            for number in self.numbers:
                for day in (TODAY, LATER):
                    self._see(number, day)
        finally:
            self._forget()

    def _forget(self) -> None:
        theirs = "(SELECT id FROM certifications WHERE brand_id IS NULL)"
        with self.world.db.write.begin() as session:
            for table in ("batch_links", "shipments", "batches", "chain_acts", "brand_licences"):
                session.connection().execute(sa.text(f"DELETE FROM {table}"))
            session.connection().execute(sa.text(f"DELETE FROM certification_lines WHERE certification_id IN {theirs}"))
            session.connection().execute(sa.text("DELETE FROM certifications WHERE brand_id IS NULL"))
            session.connection().execute(sa.text("UPDATE certifications SET ended_on = NULL, ended_how = NULL"))


@pytest.fixture
def hands(world: World, app: Flask) -> Iterator[type[Hands]]:
    town = Town(world)
    for login, brand, name in (
        ("cai", "youxian-soybean", "攸县大豆"),
        ("dan", "baiguan-loofah", "白关丝瓜"),
        ("eve", "youxian-soybean", "攸县大豆"),
    ):
        who = grower(world, login)
        goods = [product(world, who, name, brand), product(world, who, "时鲜"), product(world, who, "坛子菜")]
        with world.db.read.begin() as session:
            plot = session.scalar(sa.text(f"SELECT min(id) FROM plots WHERE producer_id = {who.producer_id}"))
        town.sellers[login] = Seller(who, goods, works_of(world, who), str(plot))
    county = world.officer_of("430223")
    with world.db.write.begin() as session:
        soybean = session.scalars(sa.select(Brand).where(Brand.key == "youxian-soybean")).one()
        season = (
            f"UPDATE brands SET season_from = '{SEASON[0]}', season_to = '{SEASON[1]}' WHERE key = 'baiguan-loofah'"
        )
        session.connection().execute(sa.text(season))
        paper = DeclaredCertificate(
            "geographical", "AGI00001", "2026-01-01", "2026-08-10", holder="某协会", lines=(Line(name="大豆"),)
        )
        certification.verify(session, world.chen, certification.declare(session, county, paper, brand=soybean))
        beans = session.get_one(Product, int(town.sellers["cai"].goods[0]))
        insured(session, world.chen, beans)
        dan = session.get_one(Producer, town.sellers["dan"].who.producer_id)
        insured(session, world.chen, beans, scope="producer", subject=dan.uscc or "", number="PICC-2026-000124")
    Hands.town, Hands.app = town, app
    yield Hands


@pytest.mark.long
def test_every_badge_is_borne_out_by_the_goods_and_every_one_borne_out_is_shown(hands: type[Hands]) -> None:
    rounds = 9 if hands.town.world.db.engine.dialect.name == "sqlite" else 2
    run_state_machine_as_test(
        hands, settings=settings(max_examples=rounds, stateful_step_count=10, suppress_health_check=list(HealthCheck))
    )
