"""Rights of the credit record: officers keep it, the producer sees its own and answers."""

from ...models import CreditAnswer, CreditEntry, Producer
from .rule import DESK, OWNER, O, Rules, may

RULES: Rules = {
    ("bureau.credit", "GET"): may(O, of=Producer),
    ("bureau.credit", "POST"): may(O, of=Producer),
    ("bureau.counter_credit", "POST"): may(O, of=CreditEntry),
    ("bureau.reply_credit", "POST"): may(O, of=CreditAnswer),
    ("producer.credit", "GET"): may(DESK),
    ("producer.credit", "POST"): may(OWNER),
}
