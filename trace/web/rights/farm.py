"""Rights of the farm's record: a producer writes its own, officers decide what is in doubt and keep the list of inputs."""

from ...models import AttachedFarmer, Batch, FarmCase, FarmEntry, FarmInput, Plot
from .rule import O, P, Rules, may

RULES: Rules = {
    ("producer.farm_home", "GET"): may(P),
    ("producer.farm_ready", "GET"): may(P),
    ("producer.farm_worker", "GET"): may(P),
    ("producer.farm_plot", "GET"): may(P, of=Plot),
    ("producer.new_entry", "GET"): may(P),
    ("producer.new_entry", "POST"): may(P),
    ("producer.correct_entry", "GET"): may(P, of=FarmEntry),
    ("producer.correct_entry", "POST"): may(P, of=FarmEntry),
    ("producer.withdraw_entry", "POST"): may(P, of=FarmEntry),
    ("producer.record_book", "GET"): may(P),
    ("producer.farmers", "GET"): may(P),
    ("producer.farmers", "POST"): may(P),
    ("producer.farmer", "GET"): may(P, of=AttachedFarmer),
    ("producer.farmer", "POST"): may(P, of=AttachedFarmer),
    ("producer.archive_farmer", "POST"): may(P, of=AttachedFarmer),
    ("producer.restore_farmer", "POST"): may(P, of=AttachedFarmer),
    ("producer.farm_inputs", "GET"): may(P),
    ("producer.ask_case", "POST"): may(P, of=Batch),
    ("bureau.farm_cases", "GET"): may(O),
    ("bureau.farm_case", "GET"): may(O, of=FarmCase),
    ("bureau.decide_case", "POST"): may(O, of=FarmCase),
    ("bureau.farm_inputs", "GET"): may(O),
    ("bureau.new_input", "GET"): may(O),
    ("bureau.new_input", "POST"): may(O),
    ("bureau.farm_input", "GET"): may(O, of=FarmInput),
    ("bureau.end_input", "POST"): may(O, of=FarmInput),
}
