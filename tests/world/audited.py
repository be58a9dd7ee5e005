"""One row of every table whose changes need an event."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, Sold, World
from world.insured import insured
from yipin.accounts import invitations
from yipin.audit import log
from yipin.brands import directory
from yipin.cases import claims as cases_claims
from yipin.cases import complaints
from yipin.certification import claims
from yipin.chain import acts, shipping
from yipin.commitment import certificates, collecting
from yipin.indicators import reports
from yipin.insurance import pilot
from yipin.models import (
    Account,
    Action,
    ActKind,
    AttachedFarmer,
    Attachment,
    Audited,
    Batch,
    Brand,
    BrandKind,
    BrandLevel,
    BrandLicence,
    BrandSelection,
    Certification,
    ChainAct,
    ClaimNotice,
    CloneCase,
    CloneState,
    CodeRange,
    CollectedCertificate,
    CommitmentCertificate,
    Complaint,
    ComplaintKind,
    CreditAnswer,
    CreditEntry,
    CropKind,
    DrawSeed,
    EntryKind,
    FarmCase,
    FarmEntry,
    FarmInput,
    Inspection,
    InspectionDraw,
    InspectionKind,
    InsurancePolicy,
    Insurer,
    Invitation,
    KeptFile,
    LabelPrinter,
    LabelStock,
    Level,
    NetworkList,
    Partner,
    PilotMember,
    Platform,
    Plot,
    PolicyKind,
    PolicyScope,
    Position,
    PrintRun,
    Producer,
    ProducerKind,
    Product,
    RecallAct,
    RecallFigure,
    RecallKind,
    Report,
    RewardDecision,
    RewardOutcome,
    Role,
    Scheme,
    SelectionList,
    Shipment,
    SoldUnit,
    Unit,
    VoidUnit,
)
from yipin.printing import equipment, runs
from yipin.recall import acts as recall_acts
from yipin.register import partners
from yipin.uploads import attachments
from yipin.uploads.sanitise import Made


def one_of_each(world: World, sold: Sold) -> None:
    """At least one row in every audited table."""
    with world.db.write.begin() as session:
        product, batch = session.scalars(sa.select(Product)).first(), session.get_one(Batch, sold.batch.id)
        assert product
        attachments.keep(session, world.ama, product, "袋子.jpg", Made("image/jpeg", b""))
        regional = session.scalars(sa.select(Brand)).first()
        assert regional
        directory.add_level(session, world.chen, regional, level="city", since="2026-01-01", source="发文")
        directory.add_selection(session, world.chen, regional, list="hunan_grain_oil", year="2025", source="公示")
        claims.enter(
            session,
            world.chen,
            product,
            scheme="green",
            number="LB-00-24010000000A",
            valid_from="2026-01-01",
            valid_to="",
        )
        insured(session, world.chen, product)
        pilot.join(session, world.chen, product_number=product.id_number or "", joined_on="2026-07-01")
        runs.void_units(session, world.ama, batch, "1", "撕坏了")
        equipment.add_printer(session, world.ama, "办公室")
        equipment.add_stock(session, world.ama, "卷", {"page_width": "60", "page_height": "40"}, roll=True)
        said = {"producer_id": batch.producer_id}
        complaint = complaints.ComplaintForm(kind="fake", what="果子发黑", code=batch.id_number)
        complaints.file(session, world.installation, world.ama, complaint, "0" * 32, "1.2.3.4")
        claim = cases_claims.ClaimForm(batch.id_number, "", "2026-07-20", "果子发黑", "", "13800000000", True)
        cases_claims.file(session, world.installation, world.ama, claim, "0" * 32, "1.2.3.4")
        for row in (
            CreditEntry(**said, kind="award", day=date(2026, 7, 1), source="公报", what="奖", entered_at=NOW),
            CreditAnswer(**said, object_kind="batches", object_id=batch.id, at=NOW, text="申辩"),
            *farm_rows(batch),
        ):
            session.add(row)
            log.record(session, world.ama, Action.CASE_NOTE, row)
        policy, promise = world.installation.policy, certificates.CommitmentForm("5", ["control"])
        certificate = certificates.issue(session, world.ama, policy, batch, promise)
        collecting.collect(session, world.ben, policy, certificate.number)
        acts.split(session, world.ama, batch.id_number, [("10", "1")])
        form = shipping.ShippingForm("某客户", "天元区", "2026-07-20", quantity="10")
        shipping.ship(session, world.ama, batch, form)
        drill = recall_acts.act(session, world.chen, RecallKind.DRILL, [batch.id], cause="演练", reason="演练")
        told = RecallFigure(
            recall=drill, batch_id=batch.id, recovered=Decimal(1), reported_at=NOW, reported_by_name="x"
        )
        session.add(told)
        log.record(session, world.chen, Action.RECALL_FIGURE, told)
        reports.freeze(session, world.chen, world.installation.policy, "2026-07-20")
        partners.add(session, world.ama, partners.PartnerForm("new"))
        invitations.invite(session, world.ama, name="Dan", position="clerk")
        for row in _copied(batch):
            session.add(row)
            log.record(session, world.chen, Action.CASE_NOTE, row)
        reward = refusal(batch, session.scalars(sa.select(Certification.id)).one())
        session.add(reward)
        log.record(session, world.chen, Action.REWARD_REFUSED, reward)


def _copied(batch: Batch, ordinal: int = 0) -> list[Audited]:
    """What tells a copied label from its original."""
    pack = {"batch_id": batch.id, "ordinal": ordinal}
    seen = {"raised_at": NOW, "state": CloneState.NEW, "state_since": NOW, "readers": 9, "places": 4, "points": 9}
    return [
        SoldUnit(**pack, producer_id=batch.producer_id, county=batch.county, at=NOW),
        CloneCase(**pack, **seen),
        NetworkList(uploaded_at=NOW, count=1, content="192.0.2.0/24,430225"),
    ]


def refusal(batch: Batch, certificate: int) -> RewardDecision:
    return RewardDecision(
        reward="new",
        producer_id=batch.producer_id,
        certification_id=certificate,
        outcome=RewardOutcome.REFUSED,
        ceiling=1,
        reason="y",
        decided_by_name="x",
        decided_at=NOW,
    )


def _promised(batch: Batch, number: str) -> CommitmentCertificate:
    return CommitmentCertificate(
        number=number,
        batch_id=batch.id,
        template="2026_producer",
        product="x",
        quantity=Decimal(1),
        unit=Unit.PIECE,
        place="x",
        subject="x",
        contact="x",
        by_control=True,
        by_self_test=False,
        by_commissioned_test=False,
        issued_at=NOW,
        issued_on=NOW.date(),
        kept_until=NOW.date(),
    )


def farm_rows(batch: Batch) -> list[Audited]:
    """What belongs to the farm's record and may change."""
    return [
        AttachedFarmer(producer_id=batch.producer_id, name="new", place="x", added_at=NOW),
        FarmInput(name="new", registration="", crop="", banned=True, source="x", entered_at=NOW),
        FarmCase(batch_id=batch.id, why="new", held=False, last_entry_id=0, opened_at=NOW),
        Inspection(
            batch_id=batch.id,
            kind=InspectionKind.SELF,
            lab="new",
            report_number="x",
            sampled_on=NOW.date(),
            reported_on=NOW.date(),
            passed=True,
            recorded_at=NOW,
        ),
        InspectionDraw(seed="new", rule="x", wanted=1, pool={}, at=NOW, actor_name="x"),
        DrawSeed(secret="new", commitment="x", committed_at=NOW),
    ]


def new_rows(session: Session, sold: Sold) -> list[Audited]:
    batch = session.get_one(Batch, sold.batch.id)
    moments = {"submitted_at": NOW}
    return [
        Account(login="new", name="x", role=Role.PRODUCER, password_hash="", created_at=NOW),
        Invitation(
            producer_id=batch.producer_id,
            name="x",
            position=Position.CLERK,
            mark="x",
            made_by=session.scalars(sa.select(Account.id)).first(),
            made_at=NOW,
            until=NOW,
        ),
        Attachment(
            object_kind="products",
            object_id=1,
            name="x",
            at=NOW,
            file=KeptFile(sha256="x", media="x", size=0, content=b""),
        ),
        Brand(key="new", name="new", kind=BrandKind.REGIONAL, clause="x"),
        BrandLevel(brand_id=1, level=Level.CITY, since=NOW.date(), source="x"),
        BrandSelection(brand_id=1, list=SelectionList.HUNAN_GRAIN_AND_OIL, year=2020, source="x"),
        BrandLicence(brand_id=1, producer_id=batch.producer_id),
        Producer(
            name="x",
            kind=ProducerKind.COMPANY,
            uscc="1",
            county="430225",
            township="x",
            contact="x",
            phone="1",
            **moments,
        ),
        Partner(producer_id=batch.producer_id, name="new", added_at=NOW),
        Plot(producer_id=batch.producer_id, name="new", county="430225", place="x", area_mu=Decimal(1)),
        Product(producer_id=batch.producer_id, name="new", **moments),
        Batch(
            id_number="1" * 16,
            producer_id=batch.producer_id,
            product_id=batch.product_id,
            plot_id=batch.plot_id,
            county="430225",
            place="x",
            harvest_date=batch.harvest_date,
            quantity=Decimal(1),
            unit=Unit.PIECE,
            pack_size=Decimal(1),
            declared_at=NOW,
            state_since=NOW,
        ),
        CodeRange(
            batch_id=batch.id,
            first=50,
            count=1,
            key_number=1,
            harvest_date=batch.harvest_date,
            facts=0,
            issued_at=NOW,
            idempotency_key="new",
        ),
        PrintRun(
            batch_id=batch.id, range_id=sold.codes.id, first=0, count=1, job={}, planned_at=NOW, idempotency_key="new"
        ),
        VoidUnit(batch_id=batch.id, ordinal=9, at=NOW, reason="x"),
        *_copied(batch, 9),
        LabelStock(producer_id=batch.producer_id, name="new", measures={}),
        LabelPrinter(producer_id=batch.producer_id, name="new", settings={}),
        Certification(
            producer_id=batch.producer_id,
            scheme=Scheme.GREEN,
            number="new",
            holder="x",
            county="430225",
            granted_on=NOW.date(),
            valid_from=NOW.date(),
            declared_at=NOW,
        ),
        Complaint(
            number="new",
            form_key="new",
            received_at=NOW,
            due_on=NOW.date(),
            contact_mark="",
            kind=ComplaintKind.FAKE,
            what="x",
            code="x",
            place="",
            platform=Platform.JD,
            shop="",
            link="",
        ),
        ClaimNotice(
            number="new",
            form_key="new",
            received_at=NOW,
            due_on=NOW.date(),
            contact_mark="",
            batch_id=batch.id,
            code="x",
            insurer_id=1,
            policy_id=session.scalars(sa.select(InsurancePolicy.id)).one(),
            verdict="x",
            happened_on=NOW.date(),
            what="x",
        ),
        CreditEntry(producer_id=batch.producer_id, kind="award", day=NOW.date(), source="x", what="x", entered_at=NOW),
        CreditAnswer(producer_id=batch.producer_id, object_kind="batches", object_id=1, at=NOW, text="x"),
        _promised(batch, "new"),
        CollectedCertificate(
            producer_id=batch.producer_id,
            certificate=_promised(batch, "newer"),
            collected_at=NOW,
            kept_until=NOW.date(),
        ),
        ChainAct(producer_id=batch.producer_id, kind=ActKind.SPLIT, day=NOW.date(), recorded_at=NOW),
        Shipment(
            batch_id=batch.id, customer="x", place="x", shipped_on=NOW.date(), quantity=Decimal(1), recorded_at=NOW
        ),
        _drill(),
        RecallFigure(recall=_drill(), batch_id=batch.id, recovered=Decimal(1), reported_at=NOW, reported_by_name="x"),
        Report(
            quarter="2020Q1",
            number=1,
            as_of=NOW.date(),
            rule_version="x",
            content="{}",
            sha256="x",
            made_by_name="x",
            made_at=NOW,
        ),
        refusal(batch, session.scalars(sa.select(Certification.id)).one()),
        InsurancePolicy(
            insurer=Insurer(name="x"),
            kind=PolicyKind.RECALL,
            scope=PolicyScope.PRODUCER,
            producer_id=batch.producer_id,
            number="new",
            valid_from=NOW.date(),
            valid_to=NOW.date(),
            entered_at=NOW,
        ),
        Insurer(name="new"),
        PilotMember(product_id=batch.product_id, joined_on=NOW.date()),
        *farm_rows(batch),
        FarmEntry(
            producer_id=batch.producer_id,
            plot_id=batch.plot_id,
            season=2026,
            kind=EntryKind.WORK,
            day=NOW.date(),
            last_day=NOW.date(),
            crop="x",
            crop_kind=CropKind.FRUIT,
            what="x",
            operator="x",
            entry_key="new",
            recorded_at=NOW,
        ),
    ]


def _drill() -> RecallAct:
    facts = {"kind": RecallKind.DRILL, "cause": "x", "reason": "x", "at": NOW, "actor_name": "x"}
    return RecallAct(**facts, batches=0, units=0, scans=0, milliseconds=0)
