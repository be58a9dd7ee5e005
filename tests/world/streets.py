"""What the web tests share: the world with one object of every kind for each of Ama and Ben, and a browser for
every role; and what the table of rights says of each call."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from world import NOW, PASSWORD, World, signed_in, staff
from world.insured import insured
from world.logged import append
from world.pictures import kept, shown_picture
from yipin import clock
from yipin.access.actor import Actor
from yipin.accounts import invitations, sessions, signin
from yipin.audit import credit, log
from yipin.brands import directory, licences
from yipin.cases import claims as cases_claims
from yipin.cases import complaints
from yipin.certification import claims
from yipin.chain import acts, sales, shipping
from yipin.commitment import certificates
from yipin.db.columns import Base
from yipin.farm import entries as farm_entries
from yipin.farm import farmers, input_list, inspections, sampling
from yipin.indicators import reports
from yipin.insurance import pilot
from yipin.jobs import printing as printing_jobs
from yipin.models import (
    Account,
    Action,
    Batch,
    ClaimNotice,
    CloneCase,
    CommitmentCertificate,
    Complaint,
    FarmCase,
    FarmInput,
    InspectionDraw,
    InsurancePolicy,
    Job,
    Notice,
    Notification,
    Partner,
    Position,
    Producer,
    Product,
    ProductPicture,
    RecallKind,
    RecallLine,
    Report,
    Role,
    SignIn,
)
from yipin.printing import equipment
from yipin.recall import acts as recall_acts
from yipin.register import product_barcodes, product_pictures
from yipin.scan import clone_cases
from yipin.scan.clones import PackFacts
from yipin.uploads import attachments
from yipin.uploads.sanitise import Made
from yipin.web.rights import RULES, Rule

# Who is who: the role, whose objects it may know of, and whether it may know of accounts.
ROLES: dict[str, tuple[Role | None, set[str], bool]] = {
    "nobody": (None, set(), False),
    "ama": (Role.PRODUCER, {"ama"}, False),
    "ben": (Role.PRODUCER, {"ben"}, False),
    "officer-430203": (Role.OFFICER, set(), False),  # of another county
    "officer-430225": (Role.OFFICER, {"ama", "ben"}, False),
    "chen": (Role.OFFICER, {"ama", "ben"}, False),
    "insurer": (Role.INSURER, {"ama", "ben"}, False),  # which it both insures
    "administrator": (Role.ADMINISTRATOR, set(), True),
}
BARCODE = "6901234567892"  # of a product of each
PAPER = Made("application/pdf", b"%PDF-", b"\xff\xd8\xff", 1)
Refs = dict[type[Base], str]


@dataclass(frozen=True, eq=False)
class Street:
    """The world with one object of every kind for each of Ama and Ben, and a browser for every role."""

    world: World
    app: Flask
    refs: dict[str, Refs]  # by owner; "missing" are of objects that are not there
    browsers: dict[str, FlaskClient]
    word: str  # of a link by which Ama invites somebody
    known: dict[tuple[str, str, str], str] = field(default_factory=dict)  # addresses made before

    def address(self, endpoint: str, method: str, owner: str) -> str:
        """The address of an endpoint for an owner's object."""
        call = endpoint, method, owner
        if call not in self.known:
            self.known[call] = self._made(*call)
        return self.known[call]

    def _made(self, endpoint: str, method: str, owner: str) -> str:
        kind = rule_of(endpoint, method).of
        values = {"ref": self.refs[owner][kind]} if kind else {}
        values |= self._named_otherwise(owner).get(endpoint, {})
        with self.app.test_request_context():
            return url_for(endpoint, **values)

    @cache  # noqa: B019  a street lives as long as its test
    def _named_otherwise(self, owner: str) -> dict[str, dict[str, Any]]:
        """The values of addresses that name their object in another way than by `ref`."""
        refs = self.refs["ama"]
        return {
            "producer.symbol": {"number": 1, "kind": "png"},
            "public.unit": {"code": "1" * 191},
            "producer.commitment_pdf": {"size": "roll"},
            "public.commitment": {"number": self._certificate()},
            "auth.invited": {"word": self.word},
            "public.brand": {"key": "yanling-peach"},
            "public.guide_for": {"reader": "grower"},
            "public.batch": {"number": refs[Batch]},
            "public.barcode": {"number": BARCODE},
            "public.status": {"name": "latest"},
            "public.log_file": {"name": "checkpoint"},
            "public.log_tile": {"path": self._tile()},
            "public.log_proof": {"index": 0},
            "public.log_entry": {"index": 0},
            "public.log_of": {"number": refs[Batch]},
            "public.product": {"number": refs[ProductPicture][:16]},
            "public.picture": dict(zip(("number", "mark"), refs[ProductPicture].split("-"), strict=False)),
            "files.product_picture": {"mark": refs[ProductPicture].split("-")[-1]},
            "public.reported": {"key": self._form_key(Complaint)},
            "public.claimed": {"key": self._form_key(ClaimNotice)},
            "bureau.recall_figure": {"number": self.refs[owner][Batch]},
            "producer.recall_figure": {"number": self.refs[owner][Batch]},
            "bureau.bureau_lines": {"indicator": "green-organic-gi", "measure": "first"},
            "public.progress_lines": {"indicator": "green-organic-gi", "measure": "first"},
            "public.open_draw": {"number": refs[InspectionDraw]},
            "static": {"filename": "public/public.css"},
        }

    def _tile(self) -> str:
        folder = self.world.settings.log / "tile"
        return next(path for path in folder.rglob("0/000*/*") if path.is_file()).relative_to(folder).as_posix()

    def _certificate(self) -> str:
        return str(self.world.get(CommitmentCertificate, int(self.refs["ama"][CommitmentCertificate])).number)

    def _form_key(self, kind: type[Any]) -> str:
        return str(self.world.get(kind, int(self.refs["ama"][kind])).form_key)

    def ask(self, role: str, endpoint: str, method: str, owner: str) -> TestResponse:
        return self.browsers[role].open(self.address(endpoint, method, owner), method=method)


def open_street(world: World, app: Flask) -> Street:
    """Make all the objects and sign everybody in."""
    for county in ("430203", "430225"):
        world.officer_of(county)
    with world.db.write.begin() as session:
        for role in (Role.INSURER, Role.ADMINISTRATOR):
            signin.add_account(
                session,
                Actor("founder", NOW),
                world.installation.policy,
                login=role,
                name=role,
                role=role,
                password=PASSWORD,
            )
    refs = {"ama": objects(world, world.ama), "ben": objects(world, world.ben)}
    refs["missing"] = {kind: "999999" for kind in refs["ama"]} | {Batch: "430225AAAAAAAAA0"}
    word = staff.asked(world, Position.CLERK, "要来的人", world.actor("ama", clock.now()))
    append(world)  # what the addresses of the public log show
    return Street(world, app, refs, {role: _browser(app, role) for role in ROLES}, word)


def _browser(app: Flask, role: str) -> FlaskClient:
    return app.test_client() if role == "nobody" else signed_in(app, role)


def objects(world: World, who: Actor) -> Refs:
    """One object of every kind that an address can name, all of them `who`'s."""
    batch = world.declare(who)
    codes = world.issue(batch, 2, who=who)
    run = world.print(codes, "roll-50x30", who=who)
    with world.db.write.begin() as session:
        product = session.get_one(Product, batch.product_id)
        product_barcodes.set_barcode(session, who, product, BARCODE)
        policy = world.installation.policy
        days = {"valid_from": "2026-01-01", "valid_to": "2027-01-01"}
        rows = [
            codes,
            run,
            product,
            equipment.add_printer(session, who, "柜台打印机"),
            equipment.add_stock(session, who, "宽卷", {"page_width": "60", "page_height": "40"}, roll=True),
            claims.enter(session, world.chen, product, scheme="green", number="LB-00-24010000001A", **days),
            insured(session, world.chen, product, insurer="insurer", **days),
            directory.declare(
                session, who, name=f"{who.name} 山里红", kind="enterprise", recognised_on="2026-01-05", clause="县发文"
            ),
            licences.of_producer(session, product.producer_id)[0],
            _hand(session, world, who),
            invitations.invite(session, who, name="还没来的人", position="clerk")[0],
        ]
        rows.append(printing_jobs.order(session, who, run))
        rows.append(pilot.join(session, world.chen, product_number=product.id_number or ""))
        rows += [
            _complaint(session, world, batch),
            _claim(session, world, batch),
            credit.enter(
                session,
                world.installation.policy,
                world.chen,
                product.producer,
                kind="award",
                day="2026-07-01",
                source="表彰决定",
                what="优质产品",
            ),
        ]
        rows.append(
            credit.answer(session, policy, who, product.producer, f"credit_entries-{rows[-1].id}", "还不止这些")
        )
        rows.append(
            certificates.issue(
                session,
                who,
                world.installation.policy,
                session.get_one(Batch, batch.id),
                certificates.CommitmentForm("1", ["control"]),
            )
        )
        rows += _chained(session, world, session.get_one(Batch, batch.id), who)
        rows += _copied(session, world, session.get_one(Batch, batch.id), who)
        rows += _farmed(session, who, world.chen, session.get_one(Batch, batch.id))
        sessions.begin(
            session, session.get_one(Account, who.account_id), sessions.Browser("", "-"), clock.now(), known=True
        )
        rows.append(session.scalars(sa.select(SignIn).where(SignIn.account_id == who.account_id)).first())
        rows.append(session.scalars(sa.select(Notification).where(Notification.account_id == who.account_id)).first())
        shown_picture(session, who, world.chen, product, kept((200, 120, 30)))
        rows.append(reports.freeze(session, world.chen, world.installation.policy, "2026-07-20", "又有证书核实了"))
        rows.append(attachments.keep(session, who, product, "袋子.pdf", PAPER))
        picture = f"{product.id_number}-{product_pictures.shown(session, product)}"
        return {type(row): str(row.id) for row in rows} | {
            Producer: str(who.producer_id),
            Batch: batch.id_number,
            ProductPicture: picture,
        }


def _hand(session: Session, world: World, who: Actor) -> Account:
    """Somebody who writes the farm's record of `who`'s producer."""
    policy, login = world.installation.policy, f"spare-{who.account_id}"
    said = {"login": login, "name": "spare", "role": Role.PRODUCER, "password": PASSWORD, "position": "field_hand"}
    account = signin.add_account(session, Actor("founder", NOW), policy, **said)
    account.producer_id = who.producer_id
    log.record(session, Actor("founder", NOW), Action.ACCOUNT_ADD, account)
    return account


def _complaint(session: Session, world: World, batch: Batch) -> Complaint:
    form = complaints.ComplaintForm(kind="fake", what="标签像是复制的", code=batch.id_number)
    return complaints.file(session, world.installation, Actor("", NOW), form, f"{batch.id:032x}", "1.2.3.4")


def _claim(session: Session, world: World, batch: Batch) -> ClaimNotice:
    form = cases_claims.ClaimForm(batch.id_number, "", NOW.date().isoformat(), "箱底压坏了", "", "13800000000", True)
    return cases_claims.file(session, world.installation, Actor("", NOW), form, f"{batch.id:032x}", "1.2.3.4")


def _chained(session: Session, world: World, batch: Batch, who: Actor) -> list[Base]:
    """A shipment, a drill that reached the batch, and a notice of it."""
    form = shipping.ShippingForm("某客户", "天元区", NOW.date().isoformat(), quantity="1", remember=True)
    sent = shipping.ship(session, who, batch, form)
    acts.split(session, who, batch.id_number, [("1", "1")])
    drill = recall_acts.act(session, world.chen, RecallKind.DRILL, [batch.id], cause="演练", reason="演练")
    session.get_one(RecallLine, (drill.id, batch.id)).changed = True  # as if it were none: its figures have an address
    notice = Notice(producer_id=batch.producer_id, recall_id=drill.id)
    session.add(notice)
    session.flush()
    return [sent, session.get_one(Partner, sent.partner_id), drill, notice]


def _copied(session: Session, world: World, batch: Batch, who: Actor) -> list[Base]:
    """A pack that was sold, and one whose label may have been copied."""
    clone_cases.raise_case(session, world.chen, clone_cases.Found(batch.id, 0, PackFacts(9, 6), 10))
    case = session.scalars(sa.select(CloneCase).where(CloneCase.batch_id == batch.id)).one()
    return [sales.sell(session, who, batch, 1), case]


def _farmed(session: Session, who: Actor, chen: Actor, batch: Batch) -> list[Base]:
    """A plot with entries of its record, a doubt, a test, a draw and a line of the list of inputs."""
    form = farm_entries.EntryForm(
        "street-entry", "work", str(batch.plot_id), "2026", "2026-07-01", "黄桃", "fruit", "Ama", what="套袋"
    )
    case = FarmCase(
        batch_id=batch.id, why="间隔期不明", held=False, last_entry_id=0, opened_at=NOW, opened_by=who.account_id
    )
    session.add(case)
    log.record(session, who, Action.FARMCASE_OPEN, case, case.why)
    use = replace(
        form,
        key="street-use",
        kind="input",
        input_kind="fertiliser",
        input_name="=1+1",
        source="店",
        method="撒施",
        dose="1",
    )
    entries = [farm_entries.record_entry(session, who, each).entry for each in (use, form)]
    items = [inspections.Item("克百威", "未检出")]
    report = inspections.InspectionForm("self", "自检", "R-1", "2026-07-18", "2026-07-19", items, passed=True)
    return [
        batch.plot,
        farmers.add_farmer(session, who, name="老谭", place="山垄村"),
        *entries,
        case,
        inspections.enter(session, who, batch, report),
        sampling.draw(session, chen, "1", "528"),
        input_list.enter(session, chen, name=f"{who.name} 没用过的药", interval_days="7", source="某产品标签"),
    ]


def calls(app: Flask) -> Iterator[tuple[str, str]]:
    """Every (endpoint, method) of the URL map; what takes a thing away after the others, and the log-out last: it ends the session."""
    found = (
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
    )
    return iter(sorted(found, key=lambda call: (call[0] == "auth.logout", "remove" in call[0])))


def rule_of(endpoint: str, method: str) -> Rule:
    return RULES[endpoint, "GET" if method == "HEAD" else method]


def owners(endpoint: str, method: str) -> tuple[str, ...]:
    """Whose objects a call is tried on. HEAD is GET without the page: whether it goes the same way, one object tells."""
    return ("ama", "ben", "missing") if rule_of(endpoint, method).of and method != "HEAD" else ("ama",)


def expected(role: str, endpoint: str, method: str, owner: str) -> str:
    """What the table of rights says of a call, in a word."""
    rule, (mine, theirs, sees_accounts) = rule_of(endpoint, method), ROLES[role]
    if rule.roles is None:
        return "answered"
    if mine is None:
        return "to the log-in"
    if mine not in rule.roles:
        return "refused"
    known = owner in theirs or rule.of is Account and sees_accounts and owner != "missing"
    if rule.of in (Report, InspectionDraw, FarmInput):  # of the whole city, and every officer's
        known = owner != "missing"
    if rule.of is Job:  # everybody knows of their own, and the administrator of all
        known = owner == role or sees_accounts and owner != "missing"
    if rule.of in (Notification, SignIn):
        known = owner == role
    if mine is Role.INSURER and rule.of not in (InsurancePolicy, ClaimNotice):
        known = False  # it knows of the policies of those whom it insures and of claims on them, and of nothing else of theirs
    return "answered" if rule.of is None or known else "not there"


def said(response: TestResponse) -> str:
    """What an answer amounts to, in the same words."""
    if response.status_code == 302 and response.headers["Location"].startswith("/login"):
        return "to the log-in"
    words = {403: "refused", 404: "not there", 200: "answered", 302: "answered", 409: "answered", 422: "answered"}
    return words.get(response.status_code, str(response.status_code))
