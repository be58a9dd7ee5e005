"""Rights of tables taken in: officers import producers, certificates and the list of inputs, a producer its own products and batches."""

from .rule import DESK, O, Rules, may

RULES: Rules = {
    ("bureau.import_producers", "GET"): may(O),
    ("bureau.import_producers", "POST"): may(O),
    ("bureau.template_producers", "GET"): may(O),
    ("bureau.import_certificates", "GET"): may(O),
    ("bureau.import_certificates", "POST"): may(O),
    ("bureau.template_certificates", "GET"): may(O),
    ("bureau.import_inputs", "GET"): may(O),
    ("bureau.import_inputs", "POST"): may(O),
    ("bureau.template_inputs", "GET"): may(O),
    ("producer.import_products", "GET"): may(DESK),
    ("producer.import_products", "POST"): may(DESK),
    ("producer.template_products", "GET"): may(DESK),
    ("producer.import_batches", "GET"): may(DESK),
    ("producer.import_batches", "POST"): may(DESK),
    ("producer.template_batches", "GET"): may(DESK),
}
