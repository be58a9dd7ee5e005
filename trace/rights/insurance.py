"""Rights of the quality-insurance pilot."""

from ..models import InsurancePolicy, Product
from .rule import I, O, Rules, may

RULES: Rules = {
    ("bureau.insure", "POST"): may(O, of=Product),
    ("bureau.withdraw_insurance", "POST"): may(O, of=InsurancePolicy),
    ("bureau.insurance", "GET"): may(O, I),
}
