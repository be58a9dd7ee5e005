"""What all forms share, and the forms of labels. The form of another page stands beside that page.

A form carries what was typed, and has no rules: those are the use-cases' own. A use-case's `Invalid` comes back as the
message of its field, with everything typed still there.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypeVar, cast, get_type_hints

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, SelectField, StringField

from .. import fields as amounts
from ..audit import again
from ..audit.sure import Question, Unsure
from ..errors import N_, Conflict, Invalid, Message
from . import hinting, kept
from .errors import wants_json
from .guard import TABLES, service
from .language import amount, say
from .sent import this_form

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Result = TypeVar("Result")
Typed = TypeVar("Typed", bound="DataclassInstance")
FormClass = TypeVar("FormClass", bound="type[Form]")

MOST_SAID, KEY = 40, re.compile(r"\b[a-z]{1,20}-[0-9a-f]{16}\b")


class AmountField(StringField):  # type: ignore[misc]
    """An amount of goods as people type it (`fields.amount`), in the unit of a form's field `unit` or in a given one."""

    unit: str | None = None
    unit_field: SelectField | None = None

    @property
    def understood(self) -> str:
        """What was read, where it was typed with a unit: "1,500 kg". Empty for a bare number and for what cannot be read."""
        unit = self.unit or (self.unit_field.data if self.unit_field else None)
        return self._read(lambda: amounts.amount(self.name, self.data, unit), unit)

    def _read(self, read: Callable[[], Decimal], unit: str | None) -> str:
        try:
            return f"{amount(read())} {unit}" if unit and UNIT_TYPED.search(self.data or "") else ""
        except Invalid:
            return ""


class AreaField(AmountField):
    """An area as people type it (`fields.area`), in 亩."""

    @property
    def understood(self) -> str:
        return self._read(lambda: amounts.area(self.name, self.data), gettext("亩"))


UNIT_TYPED = re.compile(r"[^\W\d_]")


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose `save` tries the use-case and turns its refusal into messages on the page, and its questions into ticks.

    A page shows both by `refusal` of `office/parts.html`, and is answered with `status`.
    """

    class Meta:
        csrf = False  # CSRFProtect guards every POST already; the token is in the template's hidden field

    refusal: Message | None = None
    questions: Sequence[Question] = ()
    again: tuple[str, str] | None = (
        None  # asked when the same content is sent again today, and the yes to it: see `again`
    )
    ticket: str | None = None  # for a proof of work, see `proofs`
    needed: frozenset[str] = frozenset()  # the names of the fields that cannot stay empty: they bear a star

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.needed = field.name.removeprefix(self._prefix) in self.needed
            if isinstance(field, AmountField) and "unit" in self:
                field.unit_field = self["unit"]

    def in_unit(self, unit: str) -> Self:
        """The form, knowing in which unit its amounts are, where no field of it says so."""
        for field in self:
            if isinstance(field, AmountField):
                field.unit = unit
        return self

    def typed(self, *names: str) -> dict[str, str]:
        """The typed values, as text; a use-case never sees None."""
        return {name: self[name].data or "" for name in names or self._fields}

    def into(self, kind: type[Typed], **more: object) -> Typed:
        """What the use-case takes: each field from the form's field of the same name, `said` from the ticks, and the rest from
        `more`."""
        wanted = {field.name for field in fields(kind)}
        names = [name for name in self._fields if name in wanted and name not in more]
        more |= {"said": self.said} if "said" in wanted else {}
        made = cast(Callable[..., Typed], kind)
        return made(**{name: self._sent(name) for name in names}, **more)

    def _sent(self, name: str) -> object:
        field = self[name]
        return bool(field.data) if isinstance(field, BooleanField) else field.data or ""

    def save(self, session: Session, act: Callable[[], Result]) -> Result | None:
        """What the use-case returns, or None when the form was not sent or was refused."""
        if not self.is_submitted():
            return None
        if kept.is_taken_up():
            self.refusal = kept.AGAIN
            return None
        try:
            if self.again:
                again.ask(session, service().installation.secrets.session, this_form(), *self.again, self.said)
            return act()
        except Invalid as error:
            self.give_up(session, *(each.field for each in (error, *error.others)))
            for each in (error, *error.others):
                self.mark(hinting.refused(session, each))
        except Unsure as error:
            self.give_up(session)
            self.questions = error.questions
        except Conflict as error:
            self.give_up(session)
            self.refusal = error.message
        return None

    def give_up(self, session: Session, *wrong: str) -> None:
        """Let go of the transaction: the form comes back. Its files are kept for the next try, but for those of `wrong` fields."""
        service().db.give_up(session)
        if request.files and request.endpoint not in TABLES and not wants_json():
            kept.hold_files(service().db, service().installation.secrets, wrong)

    @property
    def said(self) -> frozenset[str]:
        """The keys of the questions to which the person says yes (see `sure`); a yes that was given before is sent along."""
        return frozenset(KEY.findall(" ".join(request.form.getlist("confirm")[:MOST_SAID])))

    @property
    def status(self) -> int:
        """The status of the page: 200 of a form not sent, 409 of one that asks, 422 of one that was refused."""
        return 200 if not self.is_submitted() else 409 if self.questions else 422

    def done(self, session: Session, act: Callable[[], object]) -> bool:
        """As `save`, for an act that returns nothing: whether it was done."""

        def acted() -> bool:
            act()
            return True

        return bool(self.save(session, acted))

    def mark(self, error: Invalid) -> None:
        """Show an error at its field, or above the form when no visible field has its name."""
        if error.field in self._fields and not isinstance(self[error.field], HiddenField):
            field = self[error.field]
            field.errors = (*field.errors, say(error.message))
        else:
            self.refusal = error.message


def status_of(*refused: Form | None) -> int:
    """The status of a page with several forms, of which one may have been refused or asks."""
    return next((form.status for form in refused if form), 200)


def fills(kind: type["DataclassInstance"]) -> Callable[[FormClass], FormClass]:
    """Give a form a field for each field of a use-case's dataclass, so that the names are written once.

    A text is a line to type in, a bool a box to tick, and `key` is hidden. The form itself declares what is to be
    another control, a select or a longer text, and what is neither text nor bool. `Form.into` makes the dataclass.
    """
    types = get_type_hints(kind)

    def give(form: FormClass) -> FormClass:
        for name, type_ in types.items():
            if name not in vars(form) and type_ in (str, bool):
                setattr(form, name, HiddenField() if name == "key" else CONTROLS[type_]())
        return form

    return give


CONTROLS = {str: StringField, bool: BooleanField}


def choices(pairs: Iterable[tuple[object, str]], empty: str | None = None) -> list[tuple[str, str]]:
    """Options of a select: values as text, labels in the reader's language."""
    listed = [(str(value), say(label)) for value, label in pairs]
    return [("", say(empty)), *listed] if empty is not None else listed


def choose_anew(field: SelectField) -> None:
    """Where a form starts with something that is offered no more, nothing else is chosen in its place."""
    if field.data and field.data not in {value for value, _ in field.choices}:
        field.choices = [(field.data, say(N_("请选择（原来的已经归档）"))), *field.choices]


def upload(field: FileField) -> tuple[str, BinaryIO] | None:
    """The name and content of the file chosen in a field, if one was."""
    chosen = field.data
    return (chosen.filename, chosen.stream) if chosen else None


def fresh_key() -> str:
    """An idempotency key: hidden in a form, so that the same form sent twice does its work once."""
    return secrets.token_hex(16)


class ReasonForm(Form):
    """Why something is refused, withdrawn or ended."""

    needed = frozenset({"reason"})
    reason = StringField()


class LookedAtForm(ReasonForm):
    """A word on a picture or text that is named by the mark of what was looked at."""

    needed = frozenset({"reason"})
    looked_at = HiddenField(name="mark")


class IssueForm(Form):
    """How many codes a batch gets, and of which kind."""

    needed = frozenset({"count"})
    count = StringField()
    promise = BooleanField()
    kind = StringField()
    key = HiddenField()


class VoidForm(Form):
    """Which packs are void, and why."""

    needed = frozenset({"numbers", "reason"})
    numbers = StringField()
    reason = StringField()


class PrintForm(Form):
    """Which labels are printed, on which stock and printer. `symbol_mm` is in mm."""

    needed = frozenset({"first", "count"})
    stock = SelectField(validate_choice=False)
    printer = SelectField(validate_choice=False)
    output = SelectField(validate_choice=False)
    first = StringField()
    count = StringField()
    start_at = StringField()
    symbol_mm = StringField()
    key = HiddenField()


class StockForm(Form):
    """A producer's own label stock. All sizes are in mm."""

    needed = frozenset({"name", "page_width", "page_height"})
    name = StringField()
    roll = BooleanField()
    page_width = StringField()
    page_height = StringField()
    columns = StringField()
    rows = StringField()
    label_width = StringField()
    label_height = StringField()
    left = StringField()
    top = StringField()
    pitch_x = StringField()
    pitch_y = StringField()


class NewPrinterForm(Form):
    """A printer, before it is calibrated."""

    needed = frozenset({"name"})
    name = StringField()


class CalibrationForm(Form):
    """What was measured on a test page: offsets in mm, scales, resolution in dpi."""

    needed = frozenset({"offset_x", "offset_y", "scale_x", "scale_y", "dpi"})
    offset_x = StringField()
    offset_y = StringField()
    scale_x = StringField()
    scale_y = StringField()
    dpi = StringField()
    language = SelectField(validate_choice=False)
