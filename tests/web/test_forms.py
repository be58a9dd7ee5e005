"""A form of a page fills the dataclass of its use-case: every field of the one has its field in the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from importlib import import_module
from pkgutil import iter_modules

import pytest
from flask import Flask, render_template_string
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, SelectField, StringField

from yipin.audit.sure import NOTHING, Question, Said, ask
from yipin.cases import claims, complaint_desk, complaints
from yipin.certification.paper import DeclaredCertificate
from yipin.chain import acts, shipping
from yipin.commitment.certificates import CommitmentForm
from yipin.errors import Message
from yipin.farm import entries, inspections
from yipin.insurance.policies import PolicyForm
from yipin.register.batches import BatchForm
from yipin.register.commodities import ProductGoods
from yipin.register.producers import ProducerForm
from yipin.register.product_kinds import ProductKind
from yipin.web import forms, pages
from yipin.web.pages import (
    certificate_form,
    chain_forms,
    claim_notices,
    commitments,
    farm_forms,
    insurance,
    producer_forms,
    profile,
)
from yipin.web.pages import complaint_desk as desk_page
from yipin.web.pages import complaints as complaints_page
from yipin.web.pages import inspections as inspections_page

# Each form, what it fills, and which fields of that stand on the page in another way.
FILLED: list[tuple[type[forms.Form], type, set[str]]] = [
    (certificate_form.CertificateForm, DeclaredCertificate, {"lines"}),  # ten lines of four fields
    (chain_forms.MadeForm, acts.Made, set()),
    (chain_forms.ShipForm, shipping.ShippingForm, set()),
    (claim_notices.ClaimForm, claims.ClaimForm, set()),
    (commitments.CommitmentForm, CommitmentForm, set()),
    (complaints_page.ReportForm, complaints.ComplaintForm, set()),
    (desk_page.DecisionForm, complaint_desk.Decision, set()),
    (farm_forms.EntryForm, entries.EntryForm, set()),
    (inspections_page.InspectionForm, inspections.InspectionForm, set()),
    (insurance.PolicyForm, PolicyForm, set()),
    (producer_forms.BatchForm, BatchForm, set()),
    (producer_forms.GoodsForm, ProductGoods, set()),
    (producer_forms.KindForm, ProductKind, set()),
    (profile.ProducerForm, ProducerForm, set()),
    (producer_forms.ProductForm, ProductGoods, set()),
    (producer_forms.ProductForm, ProductKind, set()),
]


@pytest.mark.parametrize(("form", "wanted", "otherwise"), FILLED, ids=lambda value: getattr(value, "__qualname__", ""))
def test_every_field_of_the_use_case_has_its_field_on_the_page(
    form: type[forms.Form], wanted: type, otherwise: set[str], app: Flask
) -> None:
    with app.test_request_context():
        shown = set(form(formdata=None)._fields)
    assert {field.name for field in fields(wanted)} - otherwise - {
        "said"
    } <= shown  # `said` is what is ticked, see yipin.audit.sure


@dataclass(frozen=True)
class Asked:
    """What a use-case might ask for."""

    name: str
    kind: str
    sure: bool = False
    parts: tuple[str, ...] = ()
    key: str = ""


@forms.fills(Asked)
class AskedForm(forms.Form):
    kind = SelectField(validate_choice=False)
    reason = StringField()


def test_a_form_gets_the_controls_that_it_does_not_declare(app: Flask) -> None:
    with app.test_request_context():
        form = AskedForm(formdata=None)
    assert {name: type(field) for name, field in form._fields.items()} == {
        "kind": SelectField,
        "reason": StringField,
        "name": StringField,
        "sure": BooleanField,
        "key": HiddenField,
    }


def test_what_was_typed_becomes_what_the_use_case_takes(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"name": "桃", "sure": "y", "reason": "别的"}):
        asked = AskedForm().into(Asked, parts=("a", "b"))
    assert asked == Asked("桃", "", True, ("a", "b"), "")


@dataclass(frozen=True)
class Sure:
    """What a use-case takes that may ask."""

    name: str
    said: Said = NOTHING


@forms.fills(Sure)
class SureForm(forms.Form):
    pass


NOBODYS = Session()  # the act below asks no database


def test_a_form_asks_with_all_that_was_typed_and_goes_on_with_the_yes(app: Flask) -> None:
    odd = [
        Question(about, Message("写的是 %(n)s <b>", {"n": about}), Message("没有写错")) for about in ("one", "other")
    ]

    def act(form: SureForm, *questions: Question) -> str:
        return form.into(Sure).name if ask(form.into(Sure).said, questions) else ""

    def boxes(form: SureForm) -> list[tuple[str, str]]:
        piece = "{% import 'office/parts.html' as p with context %}{{ p.refusal(form) }}"
        return re.findall(
            r'type="(checkbox|hidden)" name="confirm" value="([^"]*)"', render_template_string(piece, form=form)
        )

    with app.test_request_context(method="POST", data={"name": "桃"}):
        form = SureForm()
        assert form.save(NOBODYS, lambda: act(form, *odd)) is None and form.status == 409
        assert boxes(form) == [("checkbox", odd[0].key), ("checkbox", odd[1].key)]
        assert form.name.data == "桃" and form.refusal is None
    with app.test_request_context(method="POST", data={"name": "桃", "confirm": [odd[0].key, "<script>"]}):
        form = SureForm()
        assert form.save(NOBODYS, lambda: act(form, *odd)) is None and form.status == 409
        assert boxes(form) == [("hidden", odd[0].key), ("checkbox", odd[1].key)]  # a yes is not asked for twice
    with app.test_request_context(method="POST", data={"name": "桃", "confirm": [each.key for each in odd]}):
        form = SureForm()
        assert form.save(NOBODYS, lambda: act(form, *odd)) == "桃"


def test_the_form_of_a_page_stands_beside_that_page() -> None:
    """`web/forms.py` holds what all forms share, the reason of a refusal, and the forms of labels."""
    shared = {form.__name__ for form in _forms() if form.__module__ == forms.__name__}
    assert shared == {
        "ReasonForm",
        "IssueForm",
        "VoidForm",
        "PrintForm",
        "StockForm",
        "NewPrinterForm",
        "CalibrationForm",
    }


def _forms() -> Iterator[type[forms.Form]]:
    for found in iter_modules(pages.__path__):
        import_module(f"{pages.__name__}.{found.name}")
    yield from forms.Form.__subclasses__()
