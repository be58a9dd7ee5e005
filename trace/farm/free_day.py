"""From which day on a plot may be harvested after a use (安全间隔期): told before the use is written, and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from .. import fields
from ..models import CropKind, EntryKind, FarmEntry, InputKind
from ..names import normal_form
from .clearance import use_of
from .entries import EntryForm
from .input_list import limits_of
from .interval import LONGEST, Limit, Use, interval_of


@dataclass(frozen=True)
class Wait:
    """The last day of a use, and the days to wait: the longer of what it and the list of inputs say, None where neither does."""

    last: date
    days: int | None

    @property
    def free(self) -> date | None:
        """The first day on which harvest is allowed, as far as this use goes."""
        return None if self.days is None else self.last + timedelta(self.days)


def after(entry: FarmEntry, limits: Sequence[Limit]) -> Wait | None:
    """What is to be waited for after an entry, by it and the list's `limits`; None where no interval belongs to what it says."""
    bears = entry.input_kind is not None and entry.input_kind.has_interval
    return Wait(entry.last_day, interval_of(use_of(entry), limits)) if bears else None


def before_writing(session: Session, form: EntryForm) -> Wait | None:
    """The same of an entry as typed, which need not be whole yet. Raises Invalid for the fields that it needs."""
    if form.kind != EntryKind.INPUT or form.input_kind not in (InputKind.PESTICIDE, InputKind.VETERINARY):
        return None
    with fields.Together() as read:
        first = read(fields.day, "day", form.day)
        last = read(fields.day, "last_day", form.last_day) if form.last_day.strip() else first
        name = read(fields.name, "input_name", form.input_name, least=2)
        crop, kind = read(fields.name, "crop", form.crop), read(fields.choice, "crop_kind", CropKind, form.crop_kind)
        said = read(fields.days, "interval_days", form.interval_days, LONGEST)
    names = (name, crop, normal_form(name), normal_form(form.registration), normal_form(crop))
    return Wait(
        last, interval_of(Use(0, InputKind(form.input_kind), *names, kind, first, last, said), limits_of(session))
    )
