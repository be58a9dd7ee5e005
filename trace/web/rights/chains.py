"""Rights of batches that become others and go to customers, and of recalls that follow them."""

from ...models import Batch, Notice, RecallAct, Shipment
from .rule import O, P, Rules, may

RULES: Rules = {
    ("producer.split", "GET"): may(P, of=Batch),
    ("producer.split", "POST"): may(P, of=Batch),
    ("producer.merge", "GET"): may(P, of=Batch),
    ("producer.merge", "POST"): may(P, of=Batch),
    ("producer.process", "GET"): may(P, of=Batch),
    ("producer.process", "POST"): may(P, of=Batch),
    ("producer.ship", "GET"): may(P, of=Batch),
    ("producer.ship", "POST"): may(P, of=Batch),
    ("producer.cancel_shipment", "POST"): may(P, of=Shipment),
    ("producer.incoming", "GET"): may(P),
    ("producer.receive", "GET"): may(P, of=Shipment),
    ("producer.receive", "POST"): may(P, of=Shipment),
    ("producer.purchase", "GET"): may(P),
    ("producer.purchase", "POST"): may(P),
    ("producer.read_notice", "POST"): may(P, of=Notice),
    ("bureau.recalls", "GET"): may(O),
    ("bureau.reach", "GET"): may(O),
    ("bureau.reach_list", "GET"): may(O),
    ("bureau.stop_all", "POST"): may(O),
    ("bureau.recall_act", "GET"): may(O, of=RecallAct),
    ("bureau.recall_list", "GET"): may(O, of=RecallAct),
    ("bureau.export_shipments", "GET"): may(O),
    ("bureau.export_links", "GET"): may(O),
}
