"""Rights of inspections: growers enter their own tests, officers their samplings; officers withdraw, list and draw."""

from ...models import Batch, Inspection, InspectionDraw
from .rule import DESK, O, Rules, may

RULES: Rules = {
    ("producer.new_inspection", "GET"): may(DESK, of=Batch),
    ("producer.new_inspection", "POST"): may(DESK, of=Batch),
    ("producer.inspection", "GET"): may(DESK, of=Inspection),
    ("bureau.new_sampling", "GET"): may(O, of=Batch),
    ("bureau.new_sampling", "POST"): may(O, of=Batch),
    ("bureau.inspection", "GET"): may(O, of=Inspection),
    ("bureau.withdraw_inspection", "POST"): may(O, of=Inspection),
    ("bureau.inspections", "GET"): may(O),
    ("bureau.draws", "GET"): may(O),
    ("bureau.draws", "POST"): may(O),
    ("bureau.draw", "GET"): may(O, of=InspectionDraw),
    ("bureau.export_inspections", "GET"): may(O),
    ("bureau.export_uses", "GET"): may(O),
}
