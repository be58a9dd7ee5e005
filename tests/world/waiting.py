"""One thing of every kind that waits for an officer, all of Ama's and Ben's county."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, PASSWORD, World
from world.certificates import enter
from world.insured import entered, insured
from world.pictures import kept
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.audit import credit, log
from yipin.brands import directory, licences
from yipin.cases import claims, complaints
from yipin.codes.checkdigits import gb32100_check
from yipin.farm import sampling
from yipin.models import (
    Action,
    AmountState,
    Batch,
    BrandLicence,
    Certification,
    Claim,
    FarmCase,
    Product,
    RecallKind,
    Review,
    Role,
)
from yipin.recall import acts
from yipin.register import producers, product_pictures, product_texts, products
from yipin.register.commodities import ProductGoods
from yipin.scan import clone_cases
from yipin.scan.clones import PackFacts

NEW = "91430225MA4L16JQ5"


def make_wait(world: World) -> None:
    """One of each. What waits for the city's word has the county's."""
    batch, doubtful = world.declare(world.ama), world.declare(world.ben)
    enter(world, "ama", "green", "2024-05-01")
    declared = enter(world, "ben", "organic", "2026-05-01")
    county = world.officer_of("430225")
    with world.db.write.begin() as session:
        _goods(session, world)
        _cases(session, world, session.get_one(Batch, batch.id))
        _brands(session, world)
        paper = session.get_one(Certification, declared.id)
        paper.state, paper.verified_at, paper.verified_by, paper.declared_by = Claim.DECLARED, None, None, None
        log.record(session, world.ben, Action.CERTIFICATION_MEND, paper)
        acts.act(session, world.chen, RecallKind.HOLD, [batch.id], cause="检出违禁农药", reason="先停下")
        waiting = session.get_one(Batch, doubtful.id)
        waiting.amount_state, waiting.amount_at = AmountState.WAITING, NOW
        log.record(session, world.ben, Action.BATCH_DOUBT, waiting)
        _doubts(session, world, waiting)
        facts = PackFacts(readers=9, places=4)
        clone_cases.raise_case(session, Actor("worker", NOW), clone_cases.Found(batch.id, 0, facts, 9))
        for officer in (world.chen, county):
            sampling.draw(session, officer, "1", "528")
        _credit(session, world, waiting)


def _product_of(session: Session, who: Actor) -> Product:
    return session.scalars(
        sa.select(Product).where(Product.producer_id == who.producer_id).order_by(Product.id)
    ).first()  # type: ignore[return-value]


def _goods(session: Session, world: World) -> None:
    """A producer, a product at each step, a picture and a text at each, a product without a commodity."""
    who = signin.add_account(
        session,
        Actor("founder", NOW),
        world.installation.policy,
        login="new",
        name="新人",
        role=Role.PRODUCER,
        password=PASSWORD,
    )
    form = producers.ProducerForm(
        "新来的合作社", "cooperative", NEW + gb32100_check(NEW), "", "430225", "霞阳镇", "新人", "13800000000"
    )
    producers.submit_producer(session, Actor.of(who, NOW), world.installation.policy, world.installation.secrets, form)
    for at, (grower, name) in enumerate(((world.ama, "头茬李子"), (world.ben, "早李子"))):
        mine = _product_of(session, grower)
        rows = [
            products.submit_product(session, grower, name=name, brand="", goods=ProductGoods("plum")),
            product_pictures.submit(session, grower, mine, kept((200, 120, at))),
            product_texts.submit(session, grower, mine, "脆甜"),
        ]
        if at:
            for row in rows:
                row.state = Review.COUNTY_APPROVED
            mine.commodity = None
            log.record(session, world.chen, Action.PRODUCT_APPROVE_COUNTY, rows[0])
            log.record(session, world.chen, Action.TEXT_APPROVE_COUNTY, mine)


def _cases(session: Session, world: World, batch: Batch) -> None:
    """A complaint and a claim that nobody but an officer can answer."""
    insured(session, world.chen, batch.product, valid_to="2027-01-01")
    entered(session, Actor("typist", NOW), batch.product, number="PICC-2026-000999")
    outside = Actor("", NOW)
    complaint = complaints.ComplaintForm(kind="fake", what="标签像是复制的", code=batch.id_number)
    complaints.file(session, world.installation, outside, complaint, "1" * 32, "1.2.3.4")
    claim = claims.ClaimForm(batch.id_number, "", NOW.date().isoformat(), "箱底压坏了", "", "13800000000", True)
    claims.file(session, world.installation, outside, claim, "2" * 32, "1.2.3.4")


def _brands(session: Session, world: World) -> None:
    ama = world.ama
    directory.declare(session, ama, name="山里红", kind="enterprise", recognised_on="2026-01-05", clause="县发文")
    (row,) = session.scalars(sa.select(BrandLicence).where(BrandLicence.producer_id == ama.producer_id)).all()
    licences.end(session, world.chen, row, "到期了")
    licences.apply(session, ama, row.brand.key)


def _doubts(session: Session, world: World, batch: Batch) -> None:
    for held in (True, False):
        case = FarmCase(batch_id=batch.id, why="间隔期不明", held=held, last_entry_id=0, opened_at=NOW)
        session.add(case)
        log.record(session, world.ben, Action.FARMCASE_OPEN, case, case.why)


def _credit(session: Session, world: World, batch: Batch) -> None:
    policy = world.installation.policy
    entry = credit.enter(
        session, policy, world.chen, batch.producer, kind="award", day="2026-07-01", source="表彰决定", what="优质产品"
    )
    credit.answer(session, policy, world.ben, batch.producer, f"credit_entries-{entry.id}", "不止这一项")


def later(who: Actor, **span: int) -> Actor:
    """The same person, some time after `NOW`."""
    return replace(who, at=NOW + timedelta(**span))
