"""For producers: an approved product. Its picture and its description can be changed at any time and are reviewed; its barcode is
changed at once. On the producer's blueprint."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import FileField, StringField, TextAreaField

from ...access.actor import Actor
from ...audit import log
from ...errors import N_, Invalid
from ...models import Product, ProductPicture, Review
from ...register import product_barcodes, product_pictures, product_texts
from ...uploads import pictures
from ..blueprints import producer as bp
from ..forms import Form, status_of


class PictureForm(Form):
    """Another picture of a product."""

    picture = FileField()


class TextForm(Form):
    """Another description of a product."""

    description = TextAreaField()


class BarcodeForm(Form):
    """The barcode of a product in shops."""

    barcode = StringField()


def product_page(
    session: Session,
    found: Product,
    form: PictureForm | None = None,
    text: TextForm | None = None,
    barcode: BarcodeForm | None = None,
) -> ResponseReturnValue:
    """A product that is past its producer's hand, with its pictures. It shows the refused form, if one was refused."""
    proposed = product_texts.of(session, found)
    waits = proposed if proposed and proposed.state is not Review.APPROVED else None
    page = render_template(
        "producer/product.html",
        product=found,
        events=log.events_of(session, found),
        pictures=product_pictures.of(session, found),
        picture_form=form or PictureForm(formdata=None),
        text=waits,
        barcode_form=barcode or BarcodeForm(formdata=None, barcode=found.barcode or ""),
        text_form=text or TextForm(formdata=None, description=(waits or found).description),
    )
    return page, status_of(form, text, barcode)


@bp.post("/products/<ref>/picture")
def product_picture(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    """Another picture waits for review; the approved one is shown meanwhile."""
    form = PictureForm()

    def send() -> ProductPicture:
        if not request.files.get("picture"):
            raise Invalid("picture", N_("请选一张照片"))
        jpeg = pictures.small_jpeg(request.files["picture"].stream)
        return product_pictures.submit(session, actor, found, jpeg)

    if form.save(session, send) is None:
        return product_page(session, found, form)
    flash(gettext("照片已提交，请等县、市两级审核。"))
    return redirect(url_for("producer.product", ref=found.id))


@bp.post("/products/<ref>/text")
def product_text(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    """Another description waits for review; the approved one stands meanwhile."""
    form = TextForm()
    typed = form.description.data or ""
    if form.save(session, lambda: product_texts.submit(session, actor, found, typed)) is None:
        return product_page(session, found, text=form)
    flash(gettext("说明已提交，请等县、市两级审核。"))
    return redirect(url_for("producer.product", ref=found.id))


@bp.post("/products/<ref>/barcode")
def product_barcode(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    """The barcode of an approved product, which stands at once."""
    form = BarcodeForm()
    typed = form.barcode.data or ""
    if not form.done(session, lambda: product_barcodes.set_barcode(session, actor, found, typed)):
        return product_page(session, found, barcode=form)
    flash(gettext("条形码已保存。"))
    return redirect(url_for("producer.product", ref=found.id))
