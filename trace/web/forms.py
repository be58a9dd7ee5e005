"""Forms carry what was typed, nothing more: the rules are the use-cases' own. An `Invalid` comes back as the
message of its field, with everything typed still there."""

import secrets
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, TypeVar

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField, TextAreaField

from ..errors import Conflict, Invalid, Message
from .language import say

Result = TypeVar("Result")


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose `save` tries the use-case and turns its refusal into messages on the page."""

    class Meta:
        csrf = False  # CSRFProtect guards every POST already; the token is in the template's hidden field

    refusal: Message | None = None

    def typed(self, *names: str) -> dict[str, str]:
        """The typed values, as text; a use-case never sees None."""
        return {name: self[name].data or "" for name in names or self._fields}

    def save(self, session: Session, act: Callable[[], Result]) -> Result | None:
        """What the use-case returns, or None when the form was not sent or was refused."""
        if not self.is_submitted():
            return None
        try:
            return act()
        except Invalid as error:
            session.rollback()
            self.mark(error)
        except Conflict as error:
            session.rollback()
            self.refusal = error.message
        return None

    def done(self, session: Session, act: Callable[[], object]) -> bool:
        """Whether the act was done that gives nothing back; False when the form was not sent or was refused."""

        def acted() -> bool:
            act()
            return True

        return bool(self.save(session, acted))

    def mark(self, error: Invalid) -> None:
        if error.field in self._fields and not isinstance(self[error.field], HiddenField):
            field = self[error.field]
            field.errors = (*field.errors, say(error.message))
        else:
            self.refusal = error.message


def choices(pairs: Iterable[tuple[Any, str]], empty: str | None = None) -> list[tuple[str, str]]:
    """Options of a select: values as text, labels in the reader's language."""
    listed = [(str(value), say(label)) for value, label in pairs]
    return [("", say(empty)), *listed] if empty is not None else listed


def upload(field: FileField) -> tuple[str, BinaryIO] | None:
    """The name and content of the file chosen in a field, if one was."""
    chosen = field.data
    return (chosen.filename, chosen.stream) if chosen else None


def fresh_key() -> str:
    """An idempotency key: hidden in a form, so that the same form sent twice does its work once."""
    return secrets.token_hex(16)


class LoginForm(Form):
    login = StringField()
    password = PasswordField()
    next = HiddenField()


class JoinForm(Form):
    login = StringField()
    name = StringField()
    password = PasswordField()


class PasswordForm(Form):
    old = PasswordField()
    password = PasswordField()


class ProducerForm(Form):
    kind = SelectField(validate_choice=False)
    name = StringField()
    uscc = StringField()
    resident_id = StringField()
    county = SelectField(validate_choice=False)
    township = StringField()
    contact = StringField()
    phone = StringField()


class PlotForm(Form):
    name = StringField()
    county = SelectField(validate_choice=False)
    place = StringField()
    area_mu = StringField()
    kind = SelectField(validate_choice=False)


class ProductForm(Form):
    name = StringField()
    brand = SelectField(validate_choice=False)
    description = TextAreaField()
    regime = SelectField(validate_choice=False)
    shelf_life = StringField()
    food_licence = StringField()
    picture = FileField()


class KindForm(Form):
    regime = SelectField(validate_choice=False)
    shelf_life = StringField()
    food_licence = StringField()


class BatchForm(Form):
    product = SelectField(validate_choice=False)
    plot = SelectField(validate_choice=False)
    harvest_date = StringField()
    quantity = StringField()
    unit = SelectField(validate_choice=False)
    pack_size = StringField()
    farmer = SelectField(validate_choice=False)
    key = HiddenField()


class IssueForm(Form):
    count = StringField()
    promise = BooleanField()
    kind = StringField()
    key = HiddenField()


class VoidForm(Form):
    numbers = StringField()
    reason = StringField()


class PrintForm(Form):
    stock = SelectField(validate_choice=False)
    printer = SelectField(validate_choice=False)
    output = SelectField(validate_choice=False)
    first = StringField()
    count = StringField()
    start_at = StringField()
    symbol_mm = StringField()
    key = HiddenField()


class ReasonForm(Form):
    reason = StringField()


class BindForm(Form):
    login = StringField()


class StockForm(Form):
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
    name = StringField()


class CalibrationForm(Form):
    offset_x = StringField()
    offset_y = StringField()
    scale_x = StringField()
    scale_y = StringField()
    dpi = StringField()
    language = SelectField(validate_choice=False)


class CertificationForm(Form):
    scheme = SelectField(validate_choice=False)
    number = StringField()
    valid_from = StringField()
    valid_to = StringField()
    file = FileField()


class PolicyForm(Form):
    insurer = StringField()
    uscc = StringField()
    kind = SelectField(validate_choice=False)
    number = StringField()
    scope = SelectField(validate_choice=False)
    subject = StringField()
    valid_from = StringField()
    valid_to = StringField()
    retroactive_from = StringField()
    limit_cumulative = StringField()
    limit_per_incident = StringField()
    limit_per_person = StringField()
    premium = StringField()
    subsidy_share = StringField()
    hotline = StringField()
    claim_url = StringField()
    exclusions = TextAreaField()
    file = FileField()


class DocumentForm(Form):
    file = FileField()


class EndPolicyForm(Form):
    how = SelectField(validate_choice=False)
    ended_on = StringField()
    reason = StringField()


class AccountForm(Form):
    login = StringField()
    name = StringField()
    role = SelectField(validate_choice=False)
    county = SelectField(validate_choice=False)
    insurer = StringField()
    password = PasswordField()


class FreezeForm(Form):
    day = StringField()
    reason = StringField()


class RewardForm(Form):
    outcome = SelectField(validate_choice=False)
    amount = StringField()
    reason = StringField()
