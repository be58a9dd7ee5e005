"""Random acts of everybody, by the real use-cases: what the record goes through between two scans.

An act picks its objects at random and may be refused; the record then stays as it is. What each act did is read from the log.
"""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from world import NOW, World, signin
from world.certificates import numbered
from world.farms import form as entry_form
from world.insured import entered
from yipin.access.actor import Actor
from yipin.accounts import links
from yipin.audit import credit, holds, log
from yipin.brands import directory, licences
from yipin.cases import complaint_desk, complaints
from yipin.certification import claims
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.chain import acts, shipping
from yipin.codes.kinds import CodeKind
from yipin.codes.label.stock import stocks
from yipin.commitment import certificates, collecting
from yipin.errors import TraceError
from yipin.farm import entries, farmers
from yipin.insurance import pilot, policies
from yipin.issue.codes import CodeOrder, codes_of, issue_codes
from yipin.models import (
    Account,
    Action,
    Batch,
    BatchState,
    Brand,
    BrandLicence,
    Certification,
    CodeRange,
    CommitmentCertificate,
    Complaint,
    CreditEntry,
    FarmEntry,
    InsurancePolicy,
    PilotMember,
    PrintRun,
    PrintState,
    Producer,
    Product,
    Role,
    Shipment,
    change_many,
)
from yipin.printing import plans, runs
from yipin.recall import acts as recalls
from yipin.register import batches, producers, product_kinds, products
from yipin.uploads import pictures

COUNTY = "430225"


@dataclass
class Doing:
    """One transaction of random acts."""

    world: World
    session: Session
    random: random.Random
    ama: Actor
    ben: Actor
    chen: Actor
    typist: Actor

    @property
    def grower(self) -> Actor:
        """One of the two growers."""
        return self.random.choice([self.ama, self.ben])

    def any(self, kind, *where):  # type: ignore[no-untyped-def]
        """A row at random; a TraceError's equal when there is none: the act is then none."""
        rows = self.session.scalars(sa.select(kind).where(*where).order_by(kind.id)).all()
        if not rows:
            raise Nothing("none")
        return self.random.choice(rows)

    def number(self) -> int:
        return self.random.randrange(10**6)

    def key(self) -> str:
        """The key of a form."""
        return f"{self.random.getrandbits(128):032x}"

    def word(self, *words: str) -> str:
        return self.random.choice(words)

    def owner(self, producer_id: int | None) -> Actor:
        return self.ama if producer_id == self.ama.producer_id else self.ben


class Nothing(TraceError):
    """There is no row for the act."""


def _declare(do: Doing) -> None:
    who = do.grower
    product, plot = do.any(Product, Product.producer_id == who.producer_id), _plot(do, who)
    form = batches.BatchForm(str(product.id), str(plot), do.word("2026-07-10", "2026-07-18"), "100", "kg", "1")
    farmer = do.session.scalar(sa.text(f"SELECT min(id) FROM attached_farmers WHERE producer_id = {who.producer_id}"))
    batches.declare_batch(do.session, who, replace(form, farmer=str(farmer) if farmer and do.number() % 2 else ""))


def _plot(do: Doing, who: Actor) -> int:
    found = do.session.scalar(
        sa.text(f"SELECT min(id) FROM plots WHERE kind <> 'works' AND producer_id = {who.producer_id}")
    )
    return int(found or 0)


def _works(do: Doing, who: Actor) -> str:
    found = do.session.scalar(
        sa.text(f"SELECT min(id) FROM plots WHERE kind = 'works' AND producer_id = {who.producer_id}")
    )
    return str(found or 0)


def _issue(do: Doing) -> None:
    row = do.any(Batch)
    order = CodeOrder(
        do.random.randint(1, 4), f"f{do.number()}", do.random.choice([CodeKind.FULL, CodeKind.TINY]), True
    )
    issue_codes(do.session, do.owner(row.producer_id), do.world.installation, row, order)


def _release_labels(do: Doing) -> None:
    run = do.any(PrintRun, PrintRun.state == PrintState.READY)
    runs.release_run(do.session, do.owner(run.batch.producer_id), run)


def _plan(do: Doing) -> None:
    codes = do.any(CodeRange, CodeRange.kind == CodeKind.FULL)
    order = plans.PrintOrder(stock=stocks()["a4-24"], first=codes.first + 1, count=codes.count)
    who = do.owner(codes.batch.producer_id)
    run = plans.plan_print(do.session, who, do.world.installation, codes, order, f"p{do.number()}")
    run.state = PrintState.READY  # as the press leaves it, which would take a second here
    log.record(do.session, who, Action.PRINT_READY, run)


def _of_run(act: Callable[[Session, Actor, PrintRun, str], object]) -> "Act":
    def work(do: Doing) -> None:
        run = do.any(PrintRun)
        act(do.session, do.owner(run.batch.producer_id), run, "贴错了标签")

    return work


def _void_units(do: Doing) -> None:
    run = do.any(PrintRun)
    numbers = str(run.first + 1 + do.random.randrange(run.count))
    runs.void_units(do.session, do.owner(run.batch.producer_id), run.batch, numbers, "撕坏了")


def _move(act: Callable[[Session, Actor, Batch, str], None]) -> "Act":
    def work(do: Doing) -> None:
        act(do.session, do.chen, do.any(Batch), f"抽检{do.number()}")

    return work


def _recall_many(do: Doing) -> None:
    kind = do.random.choice(list(recalls.RecallKind))
    recalls.act(do.session, do.chen, kind, [do.any(Batch).id], cause="batch", reason="农残超标")


def _change_many(do: Doing) -> None:
    """One statement over several rows, as a recall of thousands makes it."""
    rows = {do.any(Batch, Batch.state != BatchState.RECALLED).id for _ in range(3)}
    values = {
        "state": do.random.choice([BatchState.ON_SALE, BatchState.ON_HOLD]),
        "state_since": NOW,
        "state_reason": f"一次{do.number()}",
    }
    change_many(do.session, Batch, sorted(rows), values, log.event(do.chen, Action.BATCH_HOLD, "一次"))


def _split(do: Doing) -> None:
    row = do.any(Batch)
    acts.split(do.session, do.owner(row.producer_id), row.id_number, [("10", "1"), ("5", "1")], key=f"s{do.number()}")


def _merge(do: Doing) -> None:
    who = do.grower
    rows = {do.any(Batch, Batch.producer_id == who.producer_id).id_number for _ in range(2)}
    acts.merge(do.session, who, [acts.Taken(number, "3") for number in sorted(rows)], pack_size="1")


def _process(do: Doing) -> None:
    who = do.grower
    source = do.any(Batch, Batch.producer_id == who.producer_id)
    product = do.any(Product, Product.producer_id == who.producer_id)
    made = acts.Made(str(product.id), _works(do, who), "2026-07-19", "2", "kg", "0.5")
    acts.process(do.session, who, [acts.Taken(source.id_number, "4")], made)


def _purchase(do: Doing) -> None:
    who = do.grower
    product = do.any(Product, Product.producer_id == who.producer_id)
    made = acts.Made(str(product.id), _works(do, who), "2026-07-19", "9", "kg", "1")
    acts.purchase(do.session, who, made, supplier="外地农户", lot="L1")


def _ship(do: Doing) -> None:
    row = do.any(Batch)
    form = shipping.ShippingForm("演示超市", do.word("天元区", "芦淞区"), "2026-07-20", key=f"k{do.number()}")
    if do.number() % 2:
        form = replace(form, first="1", last="1")
    else:
        form = replace(form, quantity="2", uscc=do.word("", "93430225000000002C", "934302250000000019"))
    shipping.ship(do.session, do.owner(row.producer_id), row, form)


def _cancel_shipment(do: Doing) -> None:
    row = do.any(Shipment)
    shipping.cancel(do.session, do.owner(row.batch.producer_id), row, "发错了")


def _receive(do: Doing) -> None:
    row = do.any(Shipment, Shipment.to_producer_id.is_not(None))
    who = do.owner(row.to_producer_id)
    product = do.any(Product, Product.producer_id == who.producer_id)
    acts.receive(do.session, who, row, product=str(product.id), pack_size="1")


def _commit(do: Doing) -> None:
    row = do.any(Batch)
    form = certificates.CommitmentForm("5", ["control"], key=f"c{do.number()}")
    certificates.issue(do.session, do.owner(row.producer_id), do.world.installation.policy, row, form)


def _void_commitment(do: Doing) -> None:
    row = do.any(CommitmentCertificate)
    certificates.void(do.session, do.owner(row.batch.producer_id), row, "填错了")


def _collect(do: Doing) -> None:
    collecting.collect(do.session, do.ben, do.world.installation.policy, do.any(CommitmentCertificate).number)


def _paper(do: Doing, product: Product) -> DeclaredCertificate:
    until = do.word("2026-12-31", "2026-07-20", "2026-07-19")
    number = numbered("green", do.number())
    return DeclaredCertificate("green", number, "2024-01-01", until, "", lines=(Line(str(product.id)),))


def _certify(do: Doing) -> None:
    who = do.grower
    claims.declare(do.session, who, _paper(do, do.any(Product, Product.producer_id == who.producer_id)))


def _certify_brand(do: Doing) -> None:
    brand = do.any(Brand, Brand.key == "yanling-peach")
    paper = DeclaredCertificate(
        "geographical",
        numbered("geographical", do.number() % 99999),
        "2020-01-01",
        "",
        holder="协会",
        lines=(Line("", "炎陵黄桃"),),
    )
    claims.declare(do.session, do.chen, paper, brand=brand)


def _mend(do: Doing) -> None:
    row = do.any(Certification, Certification.producer_id.is_not(None))
    product = do.any(Product, Product.producer_id == row.producer_id)
    claims.mend(do.session, do.owner(row.producer_id), row, _paper(do, product))


def _enter_certificate(do: Doing) -> None:
    claims.enter(
        do.session,
        do.chen,
        do.any(Product),
        scheme="organic",
        number=numbered("organic", do.number() % 99999),
        valid_from="2026-01-01",
        valid_to="2026-12-31",
    )


def _of_certificate(act: Callable[[Session, Actor, Certification], None]) -> "Act":
    return lambda do: act(do.session, do.chen, do.any(Certification))


def _end_certificate(do: Doing) -> None:
    claims.end(
        do.session,
        do.chen,
        do.any(Certification),
        how="revoked",
        on=do.word("2026-07-20", "2026-07-01"),
        reason="被撤销",
    )


def _insure(do: Doing) -> None:
    product = do.any(Product)
    scope = do.word("product", "producer", "batch")
    subject = {
        "product": product.id_number or "",
        "producer": product.producer.uscc or "",
        "batch": do.any(Batch).id_number,
    }[scope]
    days = do.word("2026-12-31", "2026-07-15", "2026-07-01")
    entered(do.session, do.typist, product, scope=scope, subject=subject, number=f"P-{do.number()}", valid_to=days)


def _verify_policy(do: Doing) -> None:
    row = do.any(InsurancePolicy)
    policies.verify(do.session, do.chen, row, policies.mark(row))


def _return_policy(do: Doing) -> None:
    policies.send_back(do.session, do.chen, do.any(InsurancePolicy), "号码不清楚")


def _end_policy(do: Doing) -> None:
    how, on = do.random.choice([("withdrawn", ""), ("cancelled", "2026-07-16")])
    policies.end(do.session, do.chen, do.any(InsurancePolicy), how=how, ended_on=on, reason="退保了")


def _licence(do: Doing) -> None:
    licences.enter(
        do.session,
        do.chen,
        do.any(Brand, Brand.key == "yanling-peach"),
        producer=do.any(Producer).name,
        valid_from=do.word("2026-01-01", "2026-07-21"),
    )


def _apply(do: Doing) -> None:
    licences.apply(do.session, do.grower, "yanling-peach")


def _grant(do: Doing) -> None:
    licences.grant(do.session, do.chen, do.any(BrandLicence), valid_from="2026-02-01")


def _return_licence(do: Doing) -> None:
    licences.return_(do.session, do.chen, do.any(BrandLicence), "材料不全")


def _end_licence(do: Doing) -> None:
    licences.end(do.session, do.chen, do.any(BrandLicence), "协会收回")


def _allow(do: Doing) -> None:
    licences.allow(do.session, do.chen, do.any(Batch), "协会补了许可")


def _declare_brand(do: Doing) -> None:
    directory.declare(
        do.session,
        do.grower,
        name=f"山垄{do.number()}",
        kind="enterprise",
        recognised_on="2025-01-01",
        clause="商标注册证",
    )


def _mend_brand(do: Doing) -> None:
    row = do.any(Brand, Brand.producer_id.is_not(None))
    directory.declare(
        do.session,
        do.owner(row.producer_id),
        name=f"山岭{do.number()}",
        kind="enterprise",
        recognised_on="2025-01-01",
        clause="商标注册证",
        brand=row,
    )


def _verify_brand(do: Doing) -> None:
    directory.verify(do.session, do.chen, do.any(Brand, Brand.producer_id.is_not(None)))


def _return_brand(do: Doing) -> None:
    directory.return_(do.session, do.chen, do.any(Brand, Brand.producer_id.is_not(None)), "看不清")


def _edit_brand(do: Doing) -> None:
    brand = do.any(Brand, Brand.key == "yanling-peach")
    form = {name: str(getattr(brand, name) or "") for name in ("name", "county", "clause", "plain_name", "holder")}
    form |= {name: str(getattr(brand, name) or "") for name in ("holder_source", "season_source", "key", "kind")}
    form |= {"season_from": "07-01", "season_to": do.word("08-20", "09-10"), "plain_name": do.word("黄桃", "桃子")}
    directory.edit(do.session, do.chen, brand, form | {"flagship": "1"})


def _brand_level(do: Doing) -> None:
    directory.add_level(do.session, do.chen, do.any(Brand), level="city", since="2024-01-01", source="名录")


def _submit_product(do: Doing) -> None:
    brand = do.word(
        "", "yanling-peach", *do.session.scalars(sa.select(Brand.key).where(Brand.producer_id.is_not(None)))
    )
    products.submit_product(do.session, do.grower, name=f"炎陵黄桃{do.number() % 100}号", brand=brand)


def _resubmit_product(do: Doing) -> None:
    row = do.any(Product)
    products.submit_product(
        do.session,
        do.owner(row.producer_id),
        name=f"炎陵黄桃{do.number() % 100}号",
        brand=do.word("", "yanling-peach"),
        product=row,
    )


def _approve_product(do: Doing) -> None:
    officer = do.random.choice([do.chen, do.typist])  # the county's hand has no account
    products.approve_product(do.session, replace(do.chen, account_id=officer.account_id), do.any(Product))


def _return_product(do: Doing) -> None:
    products.return_product(do.session, do.chen, do.any(Product), "名称不对")


def _product_kind(do: Doing) -> None:
    kind = do.random.choice(
        [
            product_kinds.ProductKind("fresh"),
            product_kinds.ProductKind("other"),
            product_kinds.ProductKind("processed", str(do.random.randint(30, 90)), "SC10343022500012"),
        ]
    )
    product_kinds.set_kind(do.session, do.chen, do.any(Product), kind)


def _picture(do: Doing) -> None:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (do.number() % 256, 99, 9)).save(file, "JPEG")
    row = do.any(Product)
    pictures.keep(do.session, do.owner(row.producer_id), row, file.getvalue())


def _profile(do: Doing) -> None:
    """A producer's name is set right, as the county does it after a return."""
    row = do.any(Producer)
    who = do.owner(row.id)
    producers.return_producer(do.session, do.chen, row, "名称不对")
    form = producers.ProducerForm(
        f"{row.name[:3]} 合作社{do.number() % 100}",
        "cooperative",
        row.uscc or "",
        "",
        COUNTY,
        "霞阳镇",
        "某",
        "13800000000",
    )
    producers.submit_producer(do.session, who, do.world.installation.policy, do.world.installation.secrets, form)
    producers.approve_producer(do.session, do.chen, row)


def _rename(do: Doing) -> None:
    """Whatever becomes of a producer, a scan tells its present name."""
    row = do.any(Producer)
    row.name = f"{row.name[:3]} 合作社{do.number() % 100}"
    log.record(do.session, do.chen, Action.PRODUCER_APPROVE, row)


def _plot_add(do: Doing) -> None:
    producers.add_plot(
        do.session,
        do.grower,
        do.world.installation.policy,
        name=f"地{do.number()}",
        county=COUNTY,
        place="霞阳镇",
        area_mu="0.5",
        kind=do.word("field", "works"),
    )


def _farmer(do: Doing) -> None:
    farmers.add_farmer(do.session, do.grower, name=f"农户{do.number() % 1000}", place="霞阳镇山垄村")


def _account(do: Doing) -> None:
    name = f"u{do.number()}"
    signin.add_account(
        do.session,
        do.chen,
        do.world.installation.policy,
        login=name,
        name=name,
        role=Role.PRODUCER,
        password="a pear in a tree",
    )


def _bind(do: Doing) -> None:
    account = do.any(Account, Account.role == Role.PRODUCER)
    links.bind(do.session, do.chen, do.any(Producer), account.login)


def _write_farm(do: Doing) -> None:
    who = do.grower
    entries.record_entry(do.session, who, entry_form(do.world, who, do.key()))


def _withdraw_farm(do: Doing) -> None:
    row = do.any(FarmEntry)
    entries.withdraw(do.session, do.owner(row.producer_id), row, "记错了一笔")


def _complain(do: Doing) -> None:
    digits = do.random.choice(every_code(do.world, do.session))
    form = complaints.ComplaintForm(
        kind="quality", what="打开以后发现已经坏了。", code=digits, county=COUNTY, consent=True
    )
    complaints.file(
        do.session, do.world.installation, Actor("", NOW), form, do.key(), f"198.51.{do.number() % 99}.0/24"
    )


def _decide(do: Doing) -> None:
    row = do.any(Complaint)
    wanted = complaint_desk.Decision(
        do.word("founded", "unfounded"), "已经查过了", against_producer=bool(do.number() % 3)
    )
    complaint_desk.decide(do.session, do.world.installation, do.chen, row, wanted)


def _reopen(do: Doing) -> None:
    complaint_desk.reopen(do.session, do.world.installation, do.chen, do.any(Complaint), "有新的证据")


def _credit(do: Doing) -> None:
    policy = do.world.installation.policy
    kind = do.word(*policy.credit.kinds)
    credit.enter(
        do.session, policy, do.chen, do.any(Producer), kind=kind, day="2026-07-01", source="通报", what="抽查情况"
    )


def _counter(do: Doing) -> None:
    credit.counter(do.session, do.chen, do.any(CreditEntry), "记错了主体")


def _pilot(do: Doing) -> None:
    pilot.join(do.session, do.chen, product_number=do.any(Product).id_number or "")


def _leave_pilot(do: Doing) -> None:
    pilot.leave(do.session, do.chen, do.any(PilotMember), left_on="2026-07-20", reason="不再参加")


Act = Callable[[Doing], None]
ACTS: tuple[Act, ...] = (
    *(_declare, _issue, _plan, _release_labels) * 4,
    *(_void_units, _split, _merge, _process, _purchase),
    *(_of_run(runs.void_run), _of_run(runs.cancel_run), _of_run(runs.record_reprint)),
    *(_move(holds.hold), _move(holds.release), _move(holds.release), _recall_many, _change_many),
    *(_ship, _cancel_shipment, _receive, _commit, _void_commitment, _collect),
    *(_certify, _certify_brand, _mend, _enter_certificate, _end_certificate),
    *(_of_certificate(claims.check), _of_certificate(claims.verify)),
    lambda do: claims.send_back(do.session, do.chen, do.any(Certification), "看不清楚"),
    *(_insure, _verify_policy, _return_policy, _end_policy),
    *(_licence, _apply, _grant, _return_licence, _end_licence, _allow),
    *(_declare_brand, _mend_brand, _verify_brand, _return_brand, _edit_brand, _brand_level),
    *(_submit_product, _resubmit_product, _approve_product, _approve_product, _return_product, _product_kind, _picture),
    *(_profile, _rename, _plot_add, _farmer, _account, _bind, _write_farm, _withdraw_farm),
    *(_complain, _decide, _decide, _reopen, _credit, _counter, _pilot, _leave_pilot),
)


def every_code(world: World, session: Session) -> list[str]:
    """The first codes of every range that was issued."""
    rows = session.scalars(sa.select(CodeRange).order_by(CodeRange.id)).all()
    ring, secrets = world.installation.ring, world.installation.secrets
    return [digits for row in rows for _, digits in codes_of(row, ring, secrets, row.first, min(2, row.count))]


@dataclass
class Life:
    """A world in which people act at random."""

    world: World
    random: random.Random

    def __post_init__(self) -> None:
        self._people = (self.world.ama, self.world.ben, self.world.chen, Actor("typist", NOW - timedelta(minutes=1)))

    def act(self) -> str | None:
        """One act. Returns the name of an act that was refused."""
        work = self.random.choice(ACTS)
        try:
            with self.world.db.write.begin() as session:
                work(Doing(self.world, session, self.random, *self._people))
        except TraceError as refused:
            return f"{getattr(work, '__qualname__', work)}: {refused!r}"
        return None
