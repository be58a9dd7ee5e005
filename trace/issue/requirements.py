"""What must be true of a batch before it gets codes: one list, in one order.

The act refuses by the first requirement that is unmet. Pages, imports and interfaces read the same list.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from sqlalchemy.orm import Session

from ..audit import holds
from ..clock import day_of
from ..codes.kinds import CodeKind
from ..errors import N_, Conflict, Invalid, Message, TraceError
from ..farm import amounts, clearance
from ..farm.clearance import Clearance
from ..fields import plain
from ..installation.installation import Installation
from ..models import AmountState, Batch, Origin, Product, Regime, Review
from ..provenance import claims
from ..provenance.claims import Claims
from . import quota


class Key(StrEnum):
    """The word by which a requirement is known outside. It never changes."""

    ON_SALE = "on_sale"
    APPROVED = "approved"
    AMOUNT = "amount"
    FARM_RECORD = "farm_record"
    QUOTA = "quota"
    COMMITMENT = "commitment"
    FOOD_LICENCE = "food_licence"
    SHELF_LIFE = "shelf_life"
    MADE_ON_RECORD = "made_on_record"
    SIGNING_KEY = "signing_key"
    CERTIFICATE_QUANTITY = "certificate_quantity"
    BRAND_LICENCE = "brand_licence"


class Step(StrEnum):
    """What a producer does to meet a requirement. A page maps each step to the place where it is done."""

    PROFILE = "profile"
    PRODUCT = "product"
    FARM_RECORD = "farm_record"
    INSPECTION = "inspection"
    NEW_BATCH = "new_batch"
    COMMITMENT = "commitment"
    PROCESSING = "processing"
    CERTIFICATES = "certificates"
    BRANDS = "brands"


@dataclass(frozen=True, slots=True)
class Cure:
    """What meets a requirement, in words; `step` is None where somebody else must act."""

    words: Message
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of one batch. Unmet, it has a refusal and a cure.

    A requirement that is not `binding` refuses nothing: the batch is coded without what it would have allowed.
    """

    key: Key
    refusal: TraceError | None = None
    cure: Cure | None = None
    binding: bool = True

    @property
    def met(self) -> bool:
        """Whether nothing is left to do."""
        return self.refusal is None

    @property
    def reason(self) -> Message | None:
        """Why it is unmet, in the words in which the act refuses."""
        return self.refusal.message if self.refusal else None


@dataclass
class Checklist:
    """The requirements of `count` more codes of a batch at a moment (`at`, aware UTC), each asked when it is read."""

    session: Session
    installation: Installation
    batch: Batch
    at: datetime
    count: int = 1
    kind: CodeKind = CodeKind.FULL

    @cached_property
    def judged(self) -> Clearance:
        """What the record of the farm says of the batch."""
        return clearance.clearance(self.session, self.batch)

    @cached_property
    def claims(self) -> Claims:
        """What the batch may claim on that day, and its codes will."""
        return claims.of_batch(self.session, self.batch, day_of(self.at))

    def __iter__(self) -> Iterator[Requirement]:
        """All requirements in the order of the list, met or not."""
        return map(self._asked, _CHECKS)

    def _asked(self, key: Key) -> Requirement:
        refusal, cure = _CHECKS[key](self) or (None, None)
        return Requirement(key, refusal, cure, key not in _NOT_BINDING)

    def unmet(self) -> dict[Key, Requirement]:
        """The requirements that are not met, in the order of the list."""
        return {each.key: each for each in self if not each.met}

    def lacks(self, key: Key) -> bool:
        """Whether this one requirement is not met."""
        return not self._asked(key).met

    def next_time(self) -> list[Requirement]:
        """What the next batch of the same kind will not meet either: what the product, its producer and the way in which
        the batch came to be decide alone."""
        return [each for each in map(self._asked, _OF_A_KIND) if not each.met]

    def refuse_unmet(self) -> None:
        """Raise the refusal of the first binding requirement that is not met, and ask no further: Conflict, Invalid("count"),
        Unavailable where no key can sign, or BadKeyList."""
        for key in _CHECKS:
            if key not in _NOT_BINDING and (refusal := self._asked(key).refusal):
                raise refusal


Unmet = tuple[TraceError, Cure]
_BUREAU = N_("请联系县市区农业农村局。")


def _on_sale(asked: Checklist) -> Unmet | None:
    refusal = holds.stopped(asked.batch, holds.Use.CODES)
    return (refusal, Cure(Message(_BUREAU))) if refusal else None


def _approved(asked: Checklist) -> Unmet | None:
    steps = {Step.PROFILE: asked.batch.producer.state, Step.PRODUCT: asked.batch.product.state}
    step = next((step for step, state in steps.items() if state is not Review.APPROVED), None)
    if step is None:
        return None
    return Conflict(N_("主体或产品还没有审核通过，不能赋码")), Cure(Message(N_("查看或修改")), step)


def _amount(asked: Checklist) -> Unmet | None:
    """An amount that is far beyond what is plausible is the county's to confirm; so is all that its goods went into."""
    found = amounts.doubted(asked.session, asked.batch)
    if found is None:
        return None
    if found.amount_state is AmountState.WAITING:
        text = N_("批次 %(number)s 的数量要先由县市区农业农村局核实：%(why)s")
        return Conflict(text, number=found.id_number, why=amounts.why(found)), Cure(Message(_BUREAU))
    text = N_("批次 %(number)s 的数量没有核实通过（%(word)s），不能赋码；请按实际数量重新登记一批")
    refusal = Conflict(text, number=found.id_number, word=found.amount_word or "")
    return refusal, Cure(Message(N_("重新登记")), Step.NEW_BATCH)


def _farm_record(asked: Checklist) -> Unmet | None:
    refusal = clearance.refusal(asked.judged)
    if refusal is None:
        return None
    if asked.judged.final:
        return refusal, Cure(Message(N_("看生产记录")), Step.FARM_RECORD)
    return refusal, Cure(Message(N_("登记检测报告")), Step.INSPECTION)


def _quota(asked: Checklist) -> Unmet | None:
    batch = asked.batch
    if 1 <= asked.count <= batch.room:
        return None
    refusal = Invalid(
        "count",
        N_("这个批次共 %(quota)s 件，已赋码 %(reserved)s 件，最多还能赋 %(room)s 件"),
        quota=f"{batch.quota:,}",
        reserved=f"{batch.reserved:,}",
        room=f"{batch.room:,}",
    )
    return refusal, Cure(Message(N_("新批次，打标签")), Step.NEW_BATCH)


def _commitment(asked: Checklist) -> Unmet | None:
    """农产品质量安全法 art. 39: companies and cooperatives certify fresh goods; the policy says of whom it is required."""
    batch = asked.batch
    needed = (batch.reserved + asked.count) * batch.pack_size
    if not _required(asked) or (batch.certified and needed <= batch.certified):
        return None
    cure = Cure(Message(N_("开合格证")), Step.COMMITMENT)
    if not batch.certified:
        return Conflict(N_("企业和合作社的鲜活农产品，要先开具承诺达标合格证才能赋码")), cure
    refusal = Conflict(
        N_("承诺达标合格证只开了 %(certified)s %(unit)s，这次赋码后共 %(needed)s %(unit)s；请再开一张或少赋几枚"),
        certified=plain(batch.certified),
        needed=plain(needed),
        unit=str(batch.unit),
    )
    return refusal, cure


def _required(asked: Checklist) -> bool:
    return (
        may_promise(asked.batch.product)
        and asked.batch.producer.kind in asked.installation.policy.commitment.required_of
    )


def may_promise(product: Product) -> bool:
    """Whether a producer is asked for commitment certificates of a product: 农产品质量安全法 art. 39 obliges some to issue
    them for fresh goods, and encourages farmers to."""
    return product.regime is Regime.FRESH


def _food_licence(asked: Checklist) -> Unmet | None:
    if not _processed(asked) or asked.batch.product.food_licence or asked.batch.producer.demonstration:
        return None
    text = N_("加工食品要先登记食品生产许可证编号（SC）；请联系县市区农业农村局补上")
    return Conflict(text), Cure(Message(_BUREAU))


def _shelf_life(asked: Checklist) -> Unmet | None:
    if not _processed(asked) or asked.batch.product.shelf_life_days is not None:
        return None
    return Conflict(N_("加工食品要先登记保质期；请联系县市区农业农村局补上")), Cure(Message(_BUREAU))


def _made_on_record(asked: Checklist) -> Unmet | None:
    if not _processed(asked) or asked.batch.origin is not Origin.HARVEST:
        return None
    text = N_("加工食品的批次要由原料批次加工而来，不能按采收登记")
    return Conflict(text), Cure(Message(N_("登记加工")), Step.PROCESSING)


def _processed(asked: Checklist) -> bool:
    return asked.batch.product.regime is Regime.PROCESSED


def _signing_key(asked: Checklist) -> Unmet | None:
    if asked.kind is not CodeKind.FULL:
        return None
    try:
        asked.installation.ring.signer(asked.at)
    except TraceError as refusal:
        return refusal, Cure(refusal.message)
    return None


def _certificate_quantity(asked: Checklist) -> Unmet | None:
    refusal = quota.refusal(asked.session, asked.batch, asked.count, day_of(asked.at), asked.claims)
    return (refusal, Cure(Message(N_("登记证书")), Step.CERTIFICATES)) if refusal else None


def _brand_licence(asked: Checklist) -> Unmet | None:
    why = asked.claims.why
    return (Conflict(why.template, **why.values), Cure(Message(N_("看看许可")), Step.BRANDS)) if why else None


_CHECKS: dict[Key, Callable[[Checklist], Unmet | None]] = {
    Key.ON_SALE: _on_sale,
    Key.APPROVED: _approved,
    Key.AMOUNT: _amount,
    Key.FARM_RECORD: _farm_record,
    Key.QUOTA: _quota,
    Key.COMMITMENT: _commitment,
    Key.FOOD_LICENCE: _food_licence,
    Key.SHELF_LIFE: _shelf_life,
    Key.MADE_ON_RECORD: _made_on_record,
    Key.SIGNING_KEY: _signing_key,
    Key.CERTIFICATE_QUANTITY: _certificate_quantity,
    Key.BRAND_LICENCE: _brand_licence,
}
_NOT_BINDING = {Key.BRAND_LICENCE}
_OF_A_KIND = (Key.APPROVED, Key.FOOD_LICENCE, Key.SHELF_LIFE, Key.MADE_ON_RECORD)
