"""Rights of the count: figures with their certificates, frozen reports, rewards."""

from ...models import Certification, Report
from .rule import O, Rules, may

RULES: Rules = {
    ("bureau.bureau_progress", "GET"): may(O),
    ("bureau.bureau_lines", "GET"): may(O),
    ("bureau.reports", "GET"): may(O),
    ("bureau.freeze_report", "POST"): may(O),
    ("bureau.report", "GET"): may(O, of=Report),
    ("bureau.report_xlsx", "GET"): may(O, of=Report),
    ("bureau.order_report", "POST"): may(O, of=Report),
    ("bureau.report_pdf", "GET"): may(O, of=Report),
    ("bureau.rewards", "GET"): may(O),
    ("bureau.reward", "GET"): may(O, of=Certification),
    ("bureau.decide_reward", "POST"): may(O, of=Certification),
    ("bureau.reward_pack", "GET"): may(O, of=Certification),
}
