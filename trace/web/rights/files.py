"""Rights of attached files and pictures: a person who may know of a row may read its files."""

from ...models import Attachment, Product
from .rule import DESK, FIELD, I, O, Rules, may

RULES: Rules = {
    ("files.attachment", "GET"): may(FIELD, O, I, of=Attachment),
    ("files.preview", "GET"): may(FIELD, O, I, of=Attachment),
    ("files.product_picture", "GET"): may(DESK, O, of=Product),
}
