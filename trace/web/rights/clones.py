"""Rights of copied labels: the officers' cases, the table of networks, and what shops sold."""

from ...models import CloneCase, SoldUnit
from .rule import DESK, A, O, Rules, may

RULES: Rules = {
    ("bureau.clone_cases", "GET"): may(O),
    ("bureau.clone_case", "GET"): may(O, of=CloneCase),
    ("bureau.look_into_clone", "POST"): may(O, of=CloneCase),
    ("bureau.explain_clone", "POST"): may(O, of=CloneCase),
    ("bureau.close_clone", "POST"): may(O, of=CloneCase),
    ("bureau.reopen_clone", "POST"): may(O, of=CloneCase),
    ("bureau.networks", "GET"): may(O, A),
    ("bureau.networks", "POST"): may(O, A),
    ("producer.sold", "GET"): may(DESK),
    ("producer.sold", "POST"): may(DESK),
    ("producer.unsell", "POST"): may(DESK, of=SoldUnit),
}
