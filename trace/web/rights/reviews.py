"""Rights of what officers review and stop: producers, products and their pictures, batches, accounts, the log of events."""

from ...models import Account, Batch, Producer, Product
from .rule import A, O, Rules, may

RULES: Rules = {
    ("bureau.home", "GET"): may(O),
    ("bureau.producers", "GET"): may(O),
    ("bureau.producer", "GET"): may(O, of=Producer),
    ("bureau.approve_producer", "POST"): may(O, of=Producer),
    ("bureau.return_producer", "POST"): may(O, of=Producer),
    ("bureau.bind_account", "POST"): may(O, of=Producer),
    ("bureau.correct_producer", "POST"): may(O, of=Producer),
    ("bureau.products", "GET"): may(O),
    ("bureau.product", "GET"): may(O, of=Product),
    ("bureau.approve_product", "POST"): may(O, of=Product),
    ("bureau.pictures", "GET"): may(O),
    ("bureau.approve_picture", "POST"): may(O, of=Product),
    ("bureau.return_picture", "POST"): may(O, of=Product),
    ("bureau.set_regime", "POST"): may(O, of=Product),
    ("bureau.set_goods", "POST"): may(O, of=Product),
    ("bureau.unconfirmed", "GET"): may(O),
    ("bureau.return_product", "POST"): may(O, of=Product),
    ("bureau.batches", "GET"): may(O),
    ("bureau.batch", "GET"): may(O, of=Batch),
    ("bureau.release", "POST"): may(O, of=Batch),
    ("bureau.amounts", "GET"): may(O),
    ("bureau.decide_amount", "POST"): may(O, of=Batch),
    ("bureau.events", "GET"): may(O, A),
    ("bureau.accounts", "GET"): may(A),
    ("bureau.accounts", "POST"): may(A),
    ("bureau.account", "GET"): may(A, of=Account),
    ("bureau.account", "POST"): may(A, of=Account),
    ("bureau.disable_account", "POST"): may(A, of=Account),
    ("bureau.enable_account", "POST"): may(A, of=Account),
    ("bureau.reset_account", "POST"): may(A, of=Account),
    ("bureau.reset_growers_account", "POST"): may(O, of=Producer),
}
