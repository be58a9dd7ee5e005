"""The act: an officer or administrator deletes a datum because the person asked for it. It cannot be undone.

Forms that somebody sent after the session had ended are sealed, and go within the hour; those of the person's accounts go at once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..clock import day_of
from ..codes.typed import visible
from ..errors import N_, Invalid, NotFound
from ..installation.installation import Installation
from ..models import Action, ClaimNotice, Complaint, Event, KeptForm, LogSequencer, tell
from . import data, files, resealing, rows
from .data import Datum, Subject
from .finding import Hit, Whose, accounts_of, hits
from .needles import LEAST, Needle

CONFIRMATION = N_("永久删除")
CONFIRMED = frozenset({"永久删除", "delete for good"})


class Asker(StrEnum):
    """Who asked for the deletion."""

    SELF = "self"  # 本人
    AGENT = "agent"  # 本人委托的人
    FAMILY = "family"  # 近亲属, of somebody who has died


Counted = Mapping[str, int]
"""Numbers of rows, by table."""


@dataclass(frozen=True)
class Erased:
    """What became of it, as numbers of rows by table. `kept`: the papers that the law has kept, on which the name stays until their
    day; `left`: where the same words still stand, as another person's."""

    blanked: Counted
    kept: int = 0
    left: Counted = field(default_factory=dict)
    files: int = 0


def datum_of(session: Session, installation: Installation, subject: Subject, key: str) -> Datum:
    """The datum of a person by its key. Raises Invalid when there is none, or none any more."""
    for each in data.of(session, installation.secrets, subject):
        if each.key == key:
            return each
    raise Invalid("datum", N_("没有这一项，或者已经删除"))


def erase(
    session: Session,
    installation: Installation,
    actor: Actor,
    subject: Subject,
    key: str,
    *,
    asker: str,
    reason: str,
    confirmed: str,
    everywhere: bool = False,
) -> Erased:
    """Delete a datum wherever it stands: in rows, events, exports, uploads that wait. `everywhere`: in the rows of others too, where
    the words can only mean this person. `erasure.purging.purge` follows the commit.

    Raises Invalid: no such datum, nobody who asked, no reason or one with the words themselves, the confirmation not typed; Conflict
    while the datum is needed; NotNow while older events have no entry in the log.
    """
    datum = datum_of(session, installation, subject, key)
    with fields.Together() as read:
        who, why = read(fields.choice, "asker", Asker, asker), read(fields.reason, reason)
        read(_refuse_unconfirmed, confirmed)
    refuse_words(datum.needles, why)
    data.refuse_too_early(session, subject, datum, actor.at)
    return _erase(session, installation, actor, subject, datum, who, why, everywhere)


def erase_words(
    session: Session, installation: Installation, actor: Actor, words: str, *, is_number: bool, asker: str, reason: str
) -> Erased:
    """Delete words that can only mean one person, wherever they stand: for what no page leads to, as a customer's telephone or a name
    in a remark. `is_number`: a telephone.

    Raises Invalid: nobody who asked, no reason, too few characters; NotFound when the words stand nowhere; NotNow as `erase`.
    """
    if len(words.strip()) < LEAST or (is_number and not any(map(str.isdigit, words))):
        raise Invalid("words", N_("要删除的内容太短"))
    who, why = fields.choice("asker", Asker, asker), fields.reason(reason)
    datum = Datum("words", N_("文字"), [Needle(words.strip(), is_number=is_number, is_own=not is_number)], Whose())
    refuse_words(datum.needles, why)
    erased = _erase(session, installation, actor, session.scalars(sa.select(LogSequencer)).one(), datum, who, why, True)
    if not sum(erased.blanked.values()):
        raise NotFound(N_("登记库里没有这些文字"))
    return erased


def _refuse_unconfirmed(typed: str) -> None:
    if visible(typed).strip().casefold() not in CONFIRMED:
        raise Invalid("confirmed", N_("请照写“%(words)s”，表示您知道这不能恢复"), words=N_("永久删除"))


def refuse_words(needles: Sequence[Needle], reason: str) -> None:
    """Raises Invalid for a reason that would keep what is deleted."""
    if any(needle.is_in(reason) for needle in needles):
        raise Invalid("reason", N_("理由会留下来：请不要写要删除的内容"))


def _erase(
    session: Session,
    installation: Installation,
    actor: Actor,
    subject: Subject | LogSequencer,
    datum: Datum,
    who: Asker,
    why: str,
    everywhere: bool,
) -> Erased:
    whose = Whose() if everywhere else datum.whose
    found = list(hits(session, datum.needles, whose, with_accounts=datum.is_accounts))
    others = [
        rows.as_kept(hit, datum.needles, day_of(actor.at)) for hit in found if hit.table.name != Event.__tablename__
    ]
    events = _anew([hit for hit in found if hit.table.name == Event.__tablename__], session)
    changed = [hit for hit in others if hit.changed]
    counted = Counter(hit.table.name for hit in changed) + Counter({Event.__tablename__: len(events)})
    told: dict[str, object] = {"datum": datum.key, "asker": who.value, "everywhere": everywhere, "rows": dict(counted)}
    _forget_contact(subject, datum, actor)
    _tell(session, actor, subject, why, told, events, changed)
    forms = sa.true() if whose.is_everybody else KeptForm.account_id.in_(accounts_of(whose))
    session.execute(sa.delete(KeptForm).where(forms))
    removed = files.remove(installation.settings, changed, datum.needles)
    kept = sum("subject" in hit.changed for hit in found if hit.table.name == "commitment_certificates")
    kept -= sum("subject" in hit.changed for hit in changed)
    left = Counter(hit.table.name for hit in hits(session, datum.needles, Whose(), with_accounts=True))
    return Erased(counted, kept, left, removed)


def _anew(found: Sequence[Hit], session: Session) -> list[resealing.Anew]:
    return resealing.blanked(
        session, {hit.number: hit.row for hit in found}, {hit.number: hit.changed for hit in found}
    )


def _forget_contact(subject: Subject | LogSequencer, datum: Datum, actor: Actor) -> None:
    if isinstance(subject, (Complaint, ClaimNotice)) and datum.key == "case_contact":
        subject.contact_sealed, subject.contact_gone_at = None, actor.at


def _tell(
    session: Session,
    actor: Actor,
    subject: Subject | LogSequencer,
    why: str,
    told: Mapping[str, object],
    events: Sequence[resealing.Anew],
    changed: Sequence[Hit],
) -> None:
    """Write the act: one event, or several where more events are sealed anew than one entry can say."""
    portions: list[tuple[resealing.Anew, ...]] = list(_portions(events)) or [()]
    for number, some in enumerate(portions):
        sealed = {str(each.event_id): each.sealed for each in some}
        act = log.event(actor, Action.LOG_FORGET, why, **told, resealed=sealed)
        tell(session, act, subject)
        session.flush()
        if some:
            resealing.write(session, act, some)
        if number == 0:
            rows.blank(session, act, changed)


def _portions(events: Sequence[resealing.Anew]) -> Sequence[tuple[resealing.Anew, ...]]:
    return [tuple(events[start : start + resealing.AT_ONCE]) for start in range(0, len(events), resealing.AT_ONCE)]
