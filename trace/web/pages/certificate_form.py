"""The form of a certificate's paper: for the grower who declares it and the officer who enters it."""

from typing import BinaryIO, cast

from flask import request
from sqlalchemy.orm import Session
from wtforms import FileField, SelectField, StringField

from ...access.actor import Actor
from ...certification.paper import TONNE, DeclaredCertificate, Line
from ...certification.schemes import SCHEME_WORDS
from ...errors import N_, Invalid
from ...fields import plain
from ...models import Audited, Certification, CertificationLine
from ...register import lists
from ...uploads import attachments
from .. import forms
from ..mending import MendForm
from ..words import UNIT_WORDS

LINES = 10  # products on one form; a longer list is imported as a spreadsheet
WORDS = {TONNE: N_("吨（t）"), **{unit.value: word for unit, word in UNIT_WORDS.items()}}


@forms.fills(DeclaredCertificate)
class CertificateForm(MendForm):
    needed = frozenset({"number", "valid_from"})
    brand = SelectField(validate_choice=False)
    scheme = SelectField(validate_choice=False)
    file = FileField()

    def lines(self) -> list[dict[str, object]]:
        """The fields of each product, to be drawn line by line."""
        return [{part: self[f"{part}-{n}"] for part in PARTS} for n in range(LINES)]

    def shown(self) -> int:
        """How many lines to show at first: the filled ones and one more."""
        filled = [n for n in range(LINES) if any(self[f"{part}-{n}"].data for part in PARTS if part != "unit")]
        return min(LINES, max(filled, default=-1) + 2)

    def paper(self) -> DeclaredCertificate:
        """What the use-case takes."""
        lines = (Line(*(self[f"{part}-{n}"].data or "" for part in PARTS)) for n in range(LINES))
        return self.into(DeclaredCertificate, lines=tuple(lines))


PARTS = ("product", "name", "quantity", "unit")
for _n in range(LINES):
    for _part in PARTS:
        _line = forms.AmountField() if _part == "quantity" else StringField()
        _kind = SelectField(validate_choice=False) if _part in ("product", "unit") else _line
        setattr(CertificateForm, f"{_part}-{_n}", _kind)


class EndForm(forms.Form):
    needed = frozenset({"on", "reason"})
    how = SelectField(validate_choice=False)
    on = StringField()
    reason = StringField()


def opened(session: Session, producer_id: int | None, row: Certification | None = None) -> CertificateForm:
    """The form with its lists. Before it is sent it is filled from `row`, which is to be corrected or renewed."""
    form = CertificateForm(data=None if request.method == "POST" else words_of(row) if row else None)
    form.scheme.choices = forms.choices(SCHEME_WORDS.items())
    products = lists.products_of(session, producer_id) if producer_id else []
    for n in range(LINES):
        form[f"product-{n}"].choices = forms.choices(((each.id, each.name) for each in products), N_("不在本系统登记"))
        form[f"unit-{n}"].choices = forms.choices(WORDS.items())
        form[f"quantity-{n}"].unit_field = form[f"unit-{n}"]
    return form


def words_of(row: Certification) -> dict[str, str]:
    """What the form says of a certificate, under the names of its fields; a line that it has not is empty."""
    words = {f"{part}-{n}": "" for n in range(LINES) for part in PARTS if part != "unit"}
    words |= {
        "scheme": row.scheme.value,
        "number": row.number,
        "mark_code": row.mark_code or "",
        "holder": row.holder,
        "issuer": row.issuer or "",
        "granted_on": row.granted_on.isoformat(),
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
    }
    for n, line in enumerate(row.lines[:LINES]):
        words |= _line_words(n, line)
    return words


def _line_words(n: int, line: CertificationLine) -> dict[str, str]:
    quantity = plain(line.yearly_quantity)
    return {
        f"product-{n}": str(line.product_id or ""),
        f"name-{n}": line.product_name,
        f"quantity-{n}": quantity,
        f"unit-{n}": line.unit or TONNE,
    }


def attach(session: Session, actor: Actor, row: Audited, required: bool = False) -> None:
    """Keep the paper that was sent with the form.

    Raises Invalid("file") when none was sent, the row has none yet, and one is `required`.
    """
    sent = request.files.get("file")
    if sent and sent.filename:
        attachments.keep(session, actor, row, sent.filename, cast(BinaryIO, sent.stream))
    elif required and not attachments.of(session, row):
        raise Invalid("file", NO_FILE)


def attach_one(session: Session, actor: Actor, row: Audited) -> None:
    """Keep the paper for which the form was sent. Raises Invalid("file") when it was sent without."""
    sent = request.files.get("file")
    if not sent or not sent.filename:
        raise Invalid("file", NO_FILE)
    attach(session, actor, row)


NO_FILE = N_("请附上扫描件或照片（PDF、JPG 等）")
