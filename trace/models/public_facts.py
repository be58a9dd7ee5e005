"""What of an event is public: the one table by which `log_entries` writes into the clear or under a seal.

Nothing here names a person: no name of an account, a producer or a customer, no telephone, no free text but the reason of an act
that is public by nature. An act that is not named here has its action, object, moment, role and county in the clear, and no more.
"""

from collections.abc import Mapping
from typing import NamedTuple

from .actions import Action

NUMBERS = {
    "batches": "id_number",
    "brands": "key",
    "certifications": "number",
    "commitment_certificates": "number",
    "products": "id_number",
}
"""The column with the public number of an object, by its table; objects of other tables have none."""

FIXED = frozenset({"batches", "brands", "commitment_certificates"})
"""The tables whose public numbers never change."""


class PublicPart(NamedTuple):
    """Which keys of an event's `data` are public, and whether its reason is."""

    keys: frozenset[str] = frozenset()
    reason: bool = False


def _of(keys: str, *, reason: bool = False) -> PublicPart:
    return PublicPart(frozenset(keys.split()), reason)


_STATE = _of("before after by act", reason=True)
_STOP = _of("batches changed", reason=True)
_CERTIFICATE = _of("scheme number valid_from valid_to")
_ENDED = _of("how on", reason=True)
_MADE = _of("made of")
_LABELS = _of("batch first last count")
_BRAND = _of("brand")
_PICTURE = _of("mark")

TABLE: Mapping[Action, PublicPart] = {
    Action.ACCESS_DAY: _of("day lines sha256"),
    Action.BATCH_HOLD: _STATE,
    Action.BATCH_RELEASE: _STATE,
    Action.BATCH_RECALL: _STATE,
    Action.BATCH_WITHDRAW: _STATE,
    Action.BATCH_RESTORE: _STATE,
    Action.BATCH_DECLARE: _of("id_number origin"),
    Action.BATCH_CORRECT: _of("id_number"),
    Action.BATCH_BRAND: _BRAND,
    Action.BATCH_CODED: _of("first count"),
    Action.BATCH_USE: _of("into"),
    Action.BATCH_CERTIFY: _of("number certified"),
    Action.RECALL_HOLD: _STOP,
    Action.RECALL_RECALL: _STOP,
    Action.RECALL_DRILL: _STOP,
    Action.RECALL_LIFT: _of("freed stays", reason=True),
    Action.RECALL_FIGURE: _of("batch act"),
    Action.RECALL_CLOSE: _of("missing"),
    Action.CODES_ISSUE: _of("batch first count kind key harvest facts"),
    Action.PRINT_PLAN: _LABELS,
    Action.PRINT_RELEASE: _LABELS,
    Action.PRINT_VOID: _LABELS,
    Action.PRINT_CANCEL: _LABELS,
    Action.UNIT_VOID: _of("batch number"),
    Action.UNIT_SELL: _of("batch number"),
    Action.UNIT_UNSELL: _of("batch number"),
    Action.NETWORKS_ENTER: _of("count"),
    Action.CERTIFICATION_ENTER: _CERTIFICATE,
    Action.CERTIFICATION_DECLARE: _CERTIFICATE,
    Action.CERTIFICATION_MEND: _CERTIFICATE,
    Action.CERTIFICATION_END: _ENDED,
    Action.CERTIFICATION_WITHDRAW: _ENDED,
    Action.CERTIFICATION_ENDING: _of("ends"),
    Action.COMMITMENT_ISSUE: _of("number batch quantity"),
    Action.COMMITMENT_VOID: _of("number batch", reason=True),
    Action.CHAIN_SPLIT: _MADE,
    Action.CHAIN_MERGE: _MADE,
    Action.CHAIN_PROCESS: _MADE,
    Action.CHAIN_RECEIVE: _MADE,
    Action.SHIPMENT_ADD: _of("batch"),
    Action.SHIPMENT_RECEIVE: _of("batch"),
    Action.FARMCASE_OPEN: _of("batch held"),
    Action.FARMCASE_GRANT: _of("batch"),
    Action.FARMCASE_REFUSE: _of("batch"),
    Action.INSPECTION_ENTER: _of("batch passed report"),
    Action.INSPECTION_WITHDRAW: _of("", reason=True),
    Action.INSPECTION_SEED: _of("commitment draw"),
    Action.INSPECTION_DRAW: _of("commitment mark wanted"),
    Action.REPORT_FREEZE: _of("quarter number sha256", reason=True),
    Action.REWARD_GRANTED: _of("reward amount"),
    Action.REWARD_REFUSED: _of("reward"),
    Action.PRODUCT_APPROVE_CITY: _of("id_number"),
    Action.PICTURE_APPROVE_CITY: _PICTURE,
    Action.BRAND_DECLARE: _of("name kind"),
    Action.BRAND_ENTER: _of("name"),
    Action.BRAND_LEVEL: _of("brand level since"),
    Action.BRAND_SELECTION: _of("brand list year"),
    Action.BRAND_VERIFY: _of("recognised_on"),
    Action.LICENCE_GRANT: _of("brand valid_from valid_to"),
    Action.LICENCE_END: _BRAND,
    Action.FARMINPUT_ENTER: _of("name banned"),
    Action.CREDIT_ENTER: _of("kind day"),
    Action.KEYLIST_ADOPT: _of("list mark issued expires"),
    Action.LOG_FORGET: _of("datum resealed"),
    Action.LOG_RECOVER: _of("first size"),
    Action.STATUS_PUBLISH: _of("number sha256"),
}
NOTHING = PublicPart()


def public_part(action: str) -> PublicPart:
    """What of an event with this action is public."""
    return _BY_WORD.get(action, NOTHING)


_BY_WORD = {action.value: part for action, part in TABLE.items()}
