"""Complaints and counterfeit reports (投诉、举报). Anyone may file one from a scan page, also about a forged code.

The code is kept as it was scanned, with the verdict of that moment. The person need not leave a name.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..codes.idnumber import parse_id_number
from ..codes.kinds import CodeKind, kind_of
from ..codes.reading import LONGEST_NUMBER, Incomplete, NoCode, SeveralCodes, read_code
from ..errors import N_, BadCode, BadIdNumber, Message, NotFound
from ..installation.installation import Installation
from ..models import Batch, Complaint, ComplaintKind, Outcome, Platform, Product
from ..policy.policy import Policy
from ..register import hints
from ..scan import id_numbers, lookup
from ..scan.answer import Answer
from ..scan.id_card import Level
from ..scan.verdicts import Verdict
from ..uploads import attachments
from ..uploads.photographs import Photo
from . import case

KIND_WORDS = {
    ComplaintKind.FAKE: N_("假冒"),
    ComplaintKind.QUALITY: N_("质量问题"),
    ComplaintKind.LABEL: N_("标签问题"),
    ComplaintKind.OTHER: N_("其他问题"),
}
PLATFORM_WORDS = {
    Platform.SHOP: N_("实体店、市场、摊位"),
    Platform.ALIBABA: N_("阿里巴巴、淘宝、天猫"),
    Platform.JD: N_("京东"),
    Platform.PDD: N_("拼多多"),
    Platform.OTHER: N_("其他网店或渠道"),
    Platform.UNSAID: N_("没有说明"),
}
OUTCOME_WORDS = {
    Outcome.FOUNDED: N_("属实"),
    Outcome.UNFOUNDED: N_("不属实"),
    Outcome.UNTRACEABLE: N_("无法查实"),
    Outcome.PASSED_ON: N_("已转交其他部门"),
}
LONGEST_CODE = 400


@dataclass(frozen=True)
class ComplaintForm:
    """The fields of the form, as typed. `code` may be empty, because some packs have no code."""

    kind: str = ""
    what: str = ""
    code: str = ""
    county: str = ""
    place: str = ""
    platform: str = ""
    shop: str = ""
    link: str = ""
    contact: str = ""
    phone: str = ""
    consent: bool = False


@dataclass(frozen=True)
class Matter:
    """What a complaint is about: the code as kept, the answer to its scan, and the rows that it names."""

    code: str
    verdict: Verdict | None = None
    reason: Message | None = None
    answer: Answer | None = None
    batch: Batch | None = None
    product: Product | None = None
    ordinal: int | None = None

    @property
    def name(self) -> str | None:
        """What the goods may be called today, if the code names any."""
        return self.answer.card.product if self.answer and self.answer.card else None

    @property
    def county(self) -> str | None:
        """The county of the batch, or of the product's producer (GB/T 2260)."""
        if self.batch:
            return self.batch.county
        return self.product.producer.county if self.product else None


def kept(code: str) -> str:
    """A code as it is kept: at most 400 characters on one line, with U+FFFD in place of each that cannot be shown.

    Where the code could not be read from that any more, its digits alone are kept.
    """
    text = "".join(c if c.isprintable() else "\ufffd" for c in " ".join(code.split()))[:LONGEST_CODE]
    digits = _digits(code)
    return text if digits is None or _digits(text) == digits else digits


def _digits(text: str) -> str | None:
    try:
        return read_code(text)
    except BadCode:
        return None


def matter(
    session: Session, installation: Installation, code: str, now: datetime, gate: lookup.Gate | None = None
) -> Matter:
    """Look up a scanned or typed code without counting a look.

    A tiny code is looked up only with a `gate`, which counts wrong ones and raises Throttled. No other text makes it
    raise.
    """
    text = kept(code)
    if not text:
        return Matter("")
    look_up = _unit if _is_scanned(code, gate) else _number
    return replace(look_up(session, installation, code, now, gate), code=text)


def _is_scanned(code: str, gate: lookup.Gate | None) -> bool:
    """Whether this is a code or part of one, and no number that was typed."""
    try:
        return kind_of(read_code(code)) is CodeKind.FULL or gate is not None
    except SeveralCodes:
        return True
    except Incomplete as cut:
        return len(cut.digits) > LONGEST_NUMBER
    except NoCode:
        return False


def _unit(session: Session, installation: Installation, text: str, now: datetime, gate: lookup.Gate | None) -> Matter:
    found = lookup.present(session, installation, text, now, gate=gate)
    if found.pack is None:
        answer = found.answer
        return Matter(text, answer.verdict, answer.fault or answer.reason, answer)
    batch = session.get_one(Batch, found.pack.facts.batch_id)
    return Matter(
        text, found.answer.verdict, found.answer.reason, found.answer, batch, batch.product, found.pack.ordinal
    )


def _asker(gate: lookup.Gate, now: datetime) -> hints.Asker:
    return hints.Asker(Actor("", now), gate.client.network, gate.guesses.hints)


def _number(session: Session, installation: Installation, text: str, now: datetime, gate: lookup.Gate | None) -> Matter:
    try:
        level, number = id_numbers.kind_of_number(session, text), parse_id_number(text)
    except (BadIdNumber, NotFound) as error:
        told = hints.hinted(session, error, text, _asker(gate, now))[0] if gate else error
        return Matter(text, Verdict.UNKNOWN, told.message)
    if level is Level.PRODUCT:
        product = session.scalars(sa.select(Product).where(Product.id_number == number)).one()
        answer = id_numbers.look_up_product(session, installation, number, now)
        return Matter(text, answer.verdict, answer.reason, answer, None, product)
    batch = session.scalars(sa.select(Batch).where(Batch.id_number == number)).one()
    answer = id_numbers.look_up_batch(session, installation, number, now)
    return Matter(text, answer.verdict, answer.reason, answer, batch, batch.product)


def file(
    session: Session,
    installation: Installation,
    actor: Actor,
    form: ComplaintForm,
    key: str,
    client: str,
    taken: Sequence[Photo] = (),
    gate: lookup.Gate | None = None,
    is_paid: bool = False,
    is_demonstration: bool = False,
) -> Complaint:
    """File a complaint with its photographs. If the same form is sent twice, the first complaint is returned.

    Raises Invalid (the form's fields), Throttled if this client address sent too many within the hour.
    """
    form_key = case.form_key(key, *(str(value) for value in astuple(form)))
    if found := case.sent_before(session, Complaint, form_key):
        return found
    reach = case.contact(form.contact, form.phone, form.consent)
    row = _row(session, installation, form, actor.at, gate)
    row.demonstration = is_demonstration
    case.refuse_flood(session, installation, client, actor.at, is_paid)
    filed = case.receive(session, installation, actor, row, reach, form_key)
    for name, made in taken:
        attachments.keep(session, actor, filed, name, made)
    return filed


def _row(
    session: Session, installation: Installation, form: ComplaintForm, now: datetime, gate: lookup.Gate | None
) -> Complaint:
    about, chosen = matter(session, installation, form.code, now, gate), _county(installation.policy, form.county)
    with fields.Together() as read:
        return Complaint(
            kind=read(fields.choice, "kind", ComplaintKind, form.kind),
            what=read(fields.story, "what", form.what, least=4),
            code=about.code,
            verdict=about.verdict,
            verdict_reason=str(about.reason) if about.reason else None,
            batch_id=about.batch and about.batch.id,
            product_id=about.product and about.product.id,
            ordinal=about.ordinal,
            county=about.county or chosen,
            place_county=chosen,
            place=read(fields.line, "place", form.place, least=0, most=100),
            platform=read(fields.choice, "platform", Platform, form.platform or Platform.UNSAID),
            shop=read(fields.line, "shop", form.shop, least=0, most=100),
            link=read(fields.line, "link", form.link, least=0, most=600),
        )


def _county(policy: Policy, typed: str) -> str | None:
    return policy.county(typed) if typed else None
