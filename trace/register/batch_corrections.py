"""A producer mends what it typed of a batch that has no codes yet. Its ID number and its product stay."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import log
from ..audit.corrections import changes
from ..audit.plausible import Weighed
from ..audit.sure import Question, ask, told
from ..db import lock
from ..errors import N_, Invalid
from ..models import Action, Batch, Brand, Event, Origin, Plot, Producer
from ..provenance import allowance
from . import batches, dependents
from .batches import BatchForm

_WEIGHED = ("harvest_date", "plot", "quantity", "unit", "pack_size")  # on which it depends whether an amount is odd


def correct_batch(
    session: Session, actor: Actor, batch: Batch, form: BatchForm, reason: str, weigh: Callable[[Batch], Weighed]
) -> None:
    """Give a batch another plot, farmer, harvest day or amount, by the rules of a new one; `form.product` and `form.key` are not
    read. The amount is weighed anew, and a word of the county on the old one is no word on the new one. The event keeps the old
    values. `farm.harvests` is the entrance for people.

    Raises Conflict for what `dependents` names and if nothing differs, Invalid for any field and for a plot in another county,
    which the ID number names; Unsure for an odd amount.
    """
    why, producer = fields.reason(reason), own_producer(session, actor)
    lock(session, batch)
    if refusal := dependents.of_correction(session, batch):
        raise refusal
    meant = _meant(session, actor, producer, batch, form)
    corrected = changes(_said(session, batch), _said(session, meant))
    weighed = None if corrected.keys().isdisjoint(_WEIGHED) else weigh(meant)
    asked = ask(form.said, [weighed.question if weighed else None])
    _apply(batch, meant)
    if weighed is not None:
        batch.amount_state = batch.amount_why = batch.amount_at = batch.amount_word = None
    _tell(session, actor, batch, why, corrected, asked)
    if weighed is not None and weighed.waits is not None:
        batches.wait(session, actor, batch, weighed.waits)


def _meant(session: Session, actor: Actor, producer: Producer, batch: Batch, form: BatchForm) -> Batch:
    """The batch as it is to be, beside the session. Goods of another plot or day are named anew."""
    typed = batches.typed_values(session, actor, producer, form, batch)
    if typed["county"] != batch.county:
        plot = session.get_one(Plot, typed["plot_id"])
        text = N_("“%(plot)s”在另一个县市区，而身份证号里写着产地；请撤销这个批次，再按那块地重新登记")
        raise Invalid("plot", text, plot=plot.name)
    kept = {name: getattr(batch, name) for name in ("id", "producer_id", "product_id")}
    meant = Batch(origin=Origin.HARVEST, **kept | typed)
    if (meant.plot_id, meant.harvest_date) != (batch.plot_id, batch.harvest_date):
        allowance.name(session, actor, [meant])
    else:
        meant.brand_id, meant.brand_reason = batch.brand_id, batch.brand_reason
    return meant


def _said(session: Session, batch: Batch) -> dict[str, object]:
    """What a batch says, in words that the event keeps."""
    brand = session.get(Brand, batch.brand_id) if batch.brand_id else None
    return {
        "harvest_date": batch.harvest_date,
        "plot": session.get_one(Plot, batch.plot_id).name,
        "farmer": batch.farmer_name,
        "quantity": batch.quantity,
        "unit": batch.unit,
        "pack_size": batch.pack_size,
        "brand": brand and brand.name,
    }


_CORRECTED = (
    *("plot_id", "place", "attached_farmer_id", "farmer_name", "harvest_date", "quantity", "unit", "pack_size"),
    *("brand_id", "brand_reason"),
)


def _apply(batch: Batch, meant: Batch) -> None:
    for name in _CORRECTED:
        setattr(batch, name, getattr(meant, name))


def _tell(
    session: Session,
    actor: Actor,
    batch: Batch,
    why: str,
    corrected: Mapping[str, list[object]],
    asked: Sequence[Question],
) -> None:
    number = batch.id_number
    log.record(session, actor, Action.BATCH_CORRECT, batch, why, id_number=number, corrected=corrected, **told(asked))
    session.expire(batch, ["plot", "attached_farmer", "brand"])


def history(session: Session, batch: Batch) -> Sequence[Event]:
    """What its producer declared and mended of a batch, oldest first: for the producer's own page."""
    return [each for each in log.events_of(session, batch) if each.action in _OWN]


_OWN = (Action.BATCH_DECLARE, Action.BATCH_CORRECT, Action.BATCH_WITHDRAW, Action.BATCH_RESTORE)
