"""What a change of the record touches, derived from the rows that a transaction writes and from nothing else.

Each table that a scan reads has its rules here: of which kind the touched thing is, and which column names it. A column
that changes touches what it named before and what it names now. A table without rules touches everything, unless it is
named as one that no scan reads; so does a row whose former value is not known.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session, UOWTransaction

from ..db.columns import Base
from .changes import EVERYTHING, Key


class Kind(StrEnum):
    """What can be touched. A word that is in use keeps its meaning: two versions of the program may share a record."""

    BATCH = "batch"  # with its codes, runs of labels, shipments, links and commitment certificates
    STATE = "state"  # of a batch: on sale, held, recalled, withdrawn
    PRODUCT = "product"  # with its picture, and the verified certificates that name it
    PRODUCER = "producer"
    BRAND = "brand"  # with the verified certificates that are its own
    LICENCES = "licences"  # of a producer
    CERTIFICATION = "certification"  # a verified one; the products that it names are touched with it
    POLICIES = "policies"  # of a producer
    INSURER = "insurer"
    CREDIT = "credit"  # the public summary of a producer

    # Known only when the transaction ends, and told then as one of the above (`settled`).
    CREDIT_OF = "credit_of"  # the credit of the producer of a product
    LINE = "line"  # of a certificate, which counts if that is verified
    NAMED = "named"  # a product on such a line


STATE_COLUMNS = frozenset({"state", "state_since", "state_reason", "stopped_by"})
# BatchState, Outcome, Claim, Review: their files import this one
RECALLED, FOUNDED, VERIFIED, APPROVED = "recalled", "founded", "verified", "approved"
_UNKNOWN = object()


class Written:
    """A row that is written: what each column says now, and what it said before."""

    def __init__(self, row: Base, is_new: bool) -> None:
        self._state: InstanceState[Base] = sa.inspect(row)
        self._is_new = is_new

    def said(self, column: str) -> set[object]:
        """What the column said before and says now."""
        history = self._state.attrs[column].history
        values = {*history.added, *history.unchanged, *history.deleted}
        if not self._is_new and (not values or (history.added and not history.deleted)):
            values.add(_UNKNOWN)
        return values

    def may_say(self, column: str, value: str) -> bool:
        """Whether the column says this or said it before, as far as is known."""
        return not self.said(column).isdisjoint({value, _UNKNOWN})

    @cached_property
    def changed(self) -> frozenset[str]:
        """The columns whose values change; of a new row, all that it fills."""
        return frozenset(one.key for one in self._state.attrs if self._is_new or one.history.has_changes())


class _Rows:
    """The same of rows that one statement changes: what they say before it, and the values that it gives them."""

    def __init__(self, before: Mapping[str, object], values: Mapping[str, object]) -> None:
        self._before, self._values = before, values

    def said(self, column: str) -> set[object]:
        return {self._before[column], self._values.get(column, self._before[column])}

    def may_say(self, column: str, value: str) -> bool:
        return value in self.said(column)

    @property
    def changed(self) -> frozenset[str]:
        return frozenset(self._values)


Row = Written | _Rows


def _always(row: Row) -> bool:
    return True


def _more_than_its_state(row: Row) -> bool:
    return not row.changed <= STATE_COLUMNS


def _its_state(row: Row) -> bool:
    return not row.changed.isdisjoint(STATE_COLUMNS)


def _a_recall(row: Row) -> bool:
    """Whether the number of the producer's recalls, or their days, may change."""
    return row.may_say("state", RECALLED) and not row.changed.isdisjoint({"state", "state_since", "producer_id"})


def _a_founded_complaint(row: Row) -> bool:
    told = {"outcome", "against_producer", "closed_at", "product_id"}
    return row.may_say("outcome", FOUNDED) and not row.changed.isdisjoint(told)


def _verified(row: Row) -> bool:
    """Whether the certificate is one that may be shown: what is declared is nobody's business yet."""
    return row.may_say("state", VERIFIED)


def _approved(row: Row) -> bool:
    """Whether the picture is one that may be shown."""
    return row.may_say("state", APPROVED)


def _another_producer(row: Row) -> bool:
    return "producer_id" in row.changed


@dataclass(frozen=True)
class Touch:
    """A thing of this kind is touched: the one that `column` names, if the change is one of those that matter."""

    kind: Kind
    column: str = "id"
    when: Callable[[Row], bool] = _always


_OF_ITS_BATCH = (Touch(Kind.BATCH, "batch_id"),)
RULES: dict[str, tuple[Touch, ...]] = {
    "batches": (
        Touch(Kind.BATCH, when=_more_than_its_state),
        Touch(Kind.STATE, when=_its_state),
        Touch(Kind.CREDIT, "producer_id", _a_recall),
    ),
    "batch_links": (Touch(Kind.BATCH, "from_id"), Touch(Kind.BATCH, "to_id")),
    "brands": (Touch(Kind.BRAND),),
    "brand_licences": (Touch(Kind.LICENCES, "producer_id"),),
    "certifications": (Touch(Kind.CERTIFICATION, when=_verified), Touch(Kind.BRAND, "brand_id", _verified)),
    "certification_lines": (Touch(Kind.LINE, "certification_id"), Touch(Kind.NAMED, "product_id")),
    "code_ranges": _OF_ITS_BATCH,
    "commitment_certificates": _OF_ITS_BATCH,
    "complaints": (Touch(Kind.CREDIT_OF, "product_id", _a_founded_complaint),),
    "insurance_policies": (
        Touch(Kind.POLICIES, "producer_id"),
        Touch(Kind.PRODUCT, "product_id"),
        Touch(Kind.BATCH, "batch_id"),
    ),
    "insurers": (Touch(Kind.INSURER),),
    "print_runs": _OF_ITS_BATCH,
    "producers": (Touch(Kind.PRODUCER),),
    "recovered_lines": _OF_ITS_BATCH,
    "products": (Touch(Kind.PRODUCT), Touch(Kind.CREDIT, "producer_id", _another_producer)),
    "product_pictures": (Touch(Kind.PRODUCT, "product_id", _approved),),
    "shipments": _OF_ITS_BATCH,
    "void_units": _OF_ITS_BATCH,
}
NOT_READ = frozenset(
    """access_log accounts attached_farmers attachments brand_levels brand_selections calendar_days case_notes chain_acts
    claim_notices clone_cases collected_certificates credit_answers credit_entries deliveries draw_seeds events farm_cases
    farm_entries farm_inputs fingerprints forgotten_rows imports inspection_draws inspection_items inspections invitations jobs kept_files
    kept_forms label_printers label_stocks log_due log_entries log_positions log_salts log_sequencer log_witnessed log_witnesses
    login_failures mail_addresses network_lists notices notifications partners phone_numbers pilot_members plots
    product_texts recall_acts recall_figures recall_lines record_changes record_version reports reward_decisions scan_keys scans
    sent_forms sign_ins sold_units stores unit_readers unit_scans web_hooks""".split()
)


def keys_of(table: str, row: Row) -> Iterator[Key]:
    """What a written row of a table touches."""
    if table not in RULES:
        if table not in NOT_READ:
            yield EVERYTHING
        return
    for touch in RULES[table]:
        if touch.when(row):
            for value in row.said(touch.column) - {None}:
                yield EVERYTHING if value is _UNKNOWN else (touch.kind.value, int(str(value)))


def touched(session: Session) -> set[Key]:
    """What the transaction has touched so far."""
    keys: set[Key] = session.info.setdefault("touched", set())
    return keys


def touch_many(session: Session, table: sa.Table, ids: Iterable[int], values: Mapping[str, object]) -> None:
    """Note what one statement will touch that gives these rows the same values."""
    rules = RULES.get(table.name, ())
    needed = {"id", *(touch.column for touch in rules), *({"state"} if table.name == "batches" else ())}
    before = sa.select(*(table.c[name] for name in sorted(needed))).where(table.c.id.in_(ids))
    for row in session.connection().execute(before).mappings():
        touched(session).update(keys_of(table.name, _Rows({str(name): row[name] for name in row}, values)))


def touch_row(session: Session, table: str, before: Mapping[str, object], values: Mapping[str, object]) -> None:
    """Note what a statement will touch that changes one row, of which all columns are known."""
    touched(session).update(keys_of(table, _Rows(before, values)))


def settled(session: Session) -> set[Key]:
    """What the whole transaction has touched: what a key stands for is read from the record as the transaction leaves it."""
    keys = touched(session)
    told = {key for key in keys if key[0] not in (Kind.CREDIT_OF, Kind.LINE, Kind.NAMED)}
    return told | _credit(session, _of(keys, Kind.CREDIT_OF)) | _certified(session, keys)


def _of(keys: Iterable[Key], kind: Kind) -> set[int]:
    return {number for one, number in keys if one == kind}


def _credit(session: Session, products: set[int]) -> set[Key]:
    if not products:
        return set()
    table = Base.metadata.tables["products"]
    found = session.connection().scalars(sa.select(table.c.producer_id).where(table.c.id.in_(products)))
    return {(Kind.CREDIT.value, number) for number in found}


def _certified(session: Session, keys: set[Key]) -> set[Key]:
    """The products that a touched certificate names, and those on changed lines, if the certificate is verified."""
    certificates, lines = _of(keys, Kind.CERTIFICATION), _of(keys, Kind.LINE)
    if not certificates and not lines:
        return set()
    row, line = (Base.metadata.tables[name] for name in ("certifications", "certification_lines"))
    shown = sa.select(row.c.id).where(row.c.id.in_(lines), row.c.state == VERIFIED)
    ids = certificates | set(session.connection().scalars(shown))
    products = sa.select(line.c.product_id).where(line.c.certification_id.in_(ids), line.c.product_id.is_not(None))
    found = set(session.connection().scalars(products)) | (_of(keys, Kind.NAMED) if ids & lines else set())
    return {(Kind.PRODUCT.value, number) for number in found} | {(Kind.CERTIFICATION.value, number) for number in ids}


@event.listens_for(Session, "before_flush")
def _load(session: Session, context: UOWTransaction, instances: object) -> None:
    """Load what the rules need of rows whose values the session has let go: while it flushes, it is too late."""
    for row in (*session.dirty, *session.deleted):
        for touch in RULES.get(row.__tablename__, ()):
            getattr(row, touch.column)


@event.listens_for(Session, "after_flush")
def _note(session: Session, context: UOWTransaction) -> None:
    """New rows have their numbers by now, and every row still knows what it said before."""
    keys = touched(session)
    for row in session.new:
        keys.update(keys_of(row.__tablename__, Written(row, True)))
    for row in (*session.dirty, *session.deleted):
        keys.update(keys_of(row.__tablename__, Written(row, False)))


@event.listens_for(Session, "do_orm_execute")
def _note_bulk(state: ORMExecuteState) -> None:
    """A bulk insert, update or delete tells no rows, so what it touches cannot be told."""
    if state.is_insert or state.is_update or state.is_delete:
        table = getattr(state.statement, "table", None)
        if table is None or table.name not in NOT_READ:
            touched(state.session).add(EVERYTHING)
