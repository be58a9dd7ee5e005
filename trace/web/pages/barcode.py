"""For anyone: the products of a barcode. On the public blueprint."""

from collections.abc import Sequence

from flask import Response, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...clock import day_of
from ...codes.barcode import parse_barcode
from ...models import Product
from ...paging import Page
from ...scan import barcodes
from ...scan.id_card import IdCard, product_card
from ..blueprints import public as bp
from ..errors import wants_json
from ..guard import service
from ..language import say
from ..page_number import shown_of


@bp.get("/barcode/<number>")
def barcode(session: Session, actor: Actor, number: str) -> ResponseReturnValue:
    """The products that have this barcode, each with the way to its record. Raises Invalid (barcode), NotFound."""
    read = parse_barcode(number)
    barcodes.refuse_unknown(session, read)
    found = shown_of(session, barcodes.products_with(read))
    installation, today = service().installation, day_of(actor.at)
    cards = [product_card(session, installation, product, today) for product in found]
    if wants_json():
        response = jsonify(as_json(read, cards))
    else:
        response = Response(_page(read, cards, found))
    response.headers["Vary"] = "Accept, Cookie"
    return response


def _page(barcode: str, cards: Sequence[IdCard], found: Page[Product]) -> str:
    said = barcodes.PROVES_NOTHING
    return render_template("public/barcode.html", barcode=barcode, cards=cards, found=found, proves_nothing=said)


def as_json(barcode: str, cards: Sequence[IdCard]) -> dict[str, object]:
    """The same for machines. What it does not prove is said there too."""
    products = [
        {
            "id_number": card.id_number,
            "product": card.product,
            "producer": card.producer,
            "county": say(card.county),
            "demonstration": card.demonstration,
            "address": url_for("public.product", number=card.id_number),
        }
        for card in cards
    ]
    return {"barcode": barcode, "note": say(barcodes.PROVES_NOTHING), "products": products}
