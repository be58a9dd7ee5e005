"""Rights of attached files: a person who may know of a row may read its files."""

from ...models import Attachment
from .rule import I, O, P, Rules, may

RULES: Rules = {
    ("files.attachment", "GET"): may(P, O, I, of=Attachment),
    ("files.preview", "GET"): may(P, O, I, of=Attachment),
}
