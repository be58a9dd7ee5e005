"""What a correction changed, from what to what: kept in its event, and told on the page of the thing that was corrected."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum

from ..errors import N_, Conflict
from ..fields import plain


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[object]]:
    """The old and the new value of each field that differs, as an event keeps them in its data under `corrected`.

    A field's name is a key of `trace/web/correctedwords.py: FIELD_WORDS`, which says it on pages. An amount is kept without needless
    zeros, a day as YYYY-MM-DD. Raises Conflict if nothing differs.
    """
    found = {name: [_kept(was), _kept(after[name])] for name, was in before.items() if _kept(was) != _kept(after[name])}
    if not found:
        raise Conflict(N_("没有要改的"))
    return found


def _kept(value: object) -> object:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Enum):
        return _kept(value.value)
    return value.isoformat() if isinstance(value, date) else value
