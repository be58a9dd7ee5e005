"""Rights of the farm's record: a producer writes its own, officers decide what is in doubt and keep the list of inputs."""

from ...models import AttachedFarmer, Batch, FarmCase, FarmEntry, FarmInput, Plot
from .rule import DESK, FIELD, O, Rules, may

RULES: Rules = {
    ("producer.farm_home", "GET"): may(FIELD),
    ("producer.farm_ready", "GET"): may(FIELD),
    ("producer.farm_worker", "GET"): may(FIELD),
    ("producer.season", "GET"): may(FIELD),
    ("producer.farm_plot", "GET"): may(FIELD, of=Plot),
    ("producer.new_entry", "GET"): may(FIELD),
    ("producer.new_entry", "POST"): may(FIELD),
    ("producer.correct_entry", "GET"): may(FIELD, of=FarmEntry),
    ("producer.correct_entry", "POST"): may(FIELD, of=FarmEntry),
    ("producer.withdraw_entry", "POST"): may(FIELD, of=FarmEntry),
    ("producer.record_book", "GET"): may(DESK),
    ("producer.farmers", "GET"): may(DESK),
    ("producer.farmers", "POST"): may(DESK),
    ("producer.farmer", "GET"): may(DESK, of=AttachedFarmer),
    ("producer.farmer", "POST"): may(DESK, of=AttachedFarmer),
    ("producer.archive_farmer", "POST"): may(DESK, of=AttachedFarmer),
    ("producer.restore_farmer", "POST"): may(DESK, of=AttachedFarmer),
    ("producer.farm_inputs", "GET"): may(FIELD),
    ("producer.ask_case", "POST"): may(DESK, of=Batch),
    ("bureau.farm_cases", "GET"): may(O),
    ("bureau.farm_case", "GET"): may(O, of=FarmCase),
    ("bureau.decide_case", "POST"): may(O, of=FarmCase),
    ("bureau.farm_inputs", "GET"): may(O),
    ("bureau.new_input", "GET"): may(O),
    ("bureau.new_input", "POST"): may(O),
    ("bureau.farm_input", "GET"): may(O, of=FarmInput),
    ("bureau.end_input", "POST"): may(O, of=FarmInput),
}
