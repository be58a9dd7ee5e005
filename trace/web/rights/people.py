"""Rights of the people of a producer: the owner invites them, changes what they are, and takes them out."""

from ...models import Account, Invitation
from .rule import OWNER, Rules, may

RULES: Rules = {
    ("producer.people", "GET"): may(OWNER),
    ("producer.people", "POST"): may(OWNER),
    ("producer.withdraw_invitation", "POST"): may(OWNER, of=Invitation),
    ("producer.person", "GET"): may(OWNER, of=Account),
    ("producer.person", "POST"): may(OWNER, of=Account),
    ("producer.take_out", "POST"): may(OWNER, of=Account),
    ("producer.reset_person", "POST"): may(OWNER, of=Account),
}
