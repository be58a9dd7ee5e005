"""Rights of batches that become others and go to customers, and of recalls that follow them."""

from ...models import Batch, Notice, RecallAct, Shipment
from .rule import DESK, O, Rules, may

RULES: Rules = {
    ("producer.split", "GET"): may(DESK, of=Batch),
    ("producer.split", "POST"): may(DESK, of=Batch),
    ("producer.merge", "GET"): may(DESK, of=Batch),
    ("producer.merge", "POST"): may(DESK, of=Batch),
    ("producer.process", "GET"): may(DESK, of=Batch),
    ("producer.process", "POST"): may(DESK, of=Batch),
    ("producer.ship", "GET"): may(DESK, of=Batch),
    ("producer.ship", "POST"): may(DESK, of=Batch),
    ("producer.cancel_shipment", "POST"): may(DESK, of=Shipment),
    ("producer.incoming", "GET"): may(DESK),
    ("producer.receive", "GET"): may(DESK, of=Shipment),
    ("producer.receive", "POST"): may(DESK, of=Shipment),
    ("producer.purchase", "GET"): may(DESK),
    ("producer.purchase", "POST"): may(DESK),
    ("producer.read_notice", "POST"): may(DESK, of=Notice),
    ("bureau.recalls", "GET"): may(O),
    ("bureau.reach", "GET"): may(O),
    ("bureau.reach_list", "GET"): may(O),
    ("bureau.stop_all", "POST"): may(O),
    ("bureau.recall_act", "GET"): may(O, of=RecallAct),
    ("bureau.recall_list", "GET"): may(O, of=RecallAct),
    ("bureau.export_shipments", "GET"): may(O),
    ("bureau.export_links", "GET"): may(O),
}
