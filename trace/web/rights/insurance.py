"""Rights of the quality-insurance pilot: officers their county's policies, insurers their own company's, growers their
own."""

from ...models import InsurancePolicy, PilotMember
from .rule import DESK, I, O, Rules, may

RULES: Rules = {
    ("bureau.insurance", "GET"): may(O, I),
    ("bureau.new_policy", "GET"): may(O, I),
    ("bureau.new_policy", "POST"): may(O, I),
    ("bureau.policy", "GET"): may(O, I, of=InsurancePolicy),
    ("bureau.edit_policy", "GET"): may(O, I, of=InsurancePolicy),
    ("bureau.edit_policy", "POST"): may(O, I, of=InsurancePolicy),
    ("bureau.verify_policy", "POST"): may(O, of=InsurancePolicy),
    ("bureau.return_policy", "POST"): may(O, of=InsurancePolicy),
    ("bureau.attach_policy", "POST"): may(O, I, of=InsurancePolicy),
    ("bureau.end_policy", "POST"): may(O, I, of=InsurancePolicy),
    ("bureau.pilot", "GET"): may(O),
    ("bureau.join_pilot", "POST"): may(O),
    ("bureau.leave_pilot", "GET"): may(O, of=PilotMember),
    ("bureau.leave_pilot", "POST"): may(O, of=PilotMember),
    ("producer.insurance", "GET"): may(DESK),
}
