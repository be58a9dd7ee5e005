"""Rights of attached files and pictures: a person who may know of a row may read its files."""

from ...models import Attachment, Product
from .rule import I, O, P, Rules, may

RULES: Rules = {
    ("files.attachment", "GET"): may(P, O, I, of=Attachment),
    ("files.preview", "GET"): may(P, O, I, of=Attachment),
    ("files.product_picture", "GET"): may(P, O, of=Product),
}
