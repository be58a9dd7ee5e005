"""Rights of the people of a producer: the owner invites them, changes what they are, and takes them out; the owner
alone takes all data of the producer home. Data of another installation is taken over by the owner or an officer."""

from ...models import Account, Invitation, Producer
from .rule import OWNER, O, Rules, may

RULES: Rules = {
    ("producer.people", "GET"): may(OWNER),
    ("producer.people", "POST"): may(OWNER),
    ("producer.my_data", "GET"): may(OWNER),
    ("producer.my_data", "POST"): may(OWNER),
    ("producer.take_over", "GET"): may(OWNER),
    ("producer.take_over", "POST"): may(OWNER),
    ("bureau.take_over", "GET"): may(O, of=Producer),
    ("bureau.take_over", "POST"): may(O, of=Producer),
    ("producer.withdraw_invitation", "POST"): may(OWNER, of=Invitation),
    ("producer.person", "GET"): may(OWNER, of=Account),
    ("producer.person", "POST"): may(OWNER, of=Account),
    ("producer.take_out", "POST"): may(OWNER, of=Account),
    ("producer.reset_person", "POST"): may(OWNER, of=Account),
}
