"""Rights of the inbox: everybody who is signed in has one, and knows of its own lines alone."""

from ...models import Notification
from .rule import FIELD, SIGNED_IN, A, I, O, Rules, may

RULES: Rules = {
    ("inbox.inbox", "GET"): SIGNED_IN,
    ("inbox.read_all", "POST"): SIGNED_IN,
    ("inbox.mail", "GET"): SIGNED_IN,
    ("inbox.mail", "POST"): SIGNED_IN,
    ("inbox.confirm_mail", "POST"): SIGNED_IN,
    ("inbox.switch_mail", "POST"): SIGNED_IN,
    ("inbox.remove_mail", "POST"): SIGNED_IN,
    ("inbox.deliveries", "GET"): may(A),
    ("inbox.open_line", "POST"): may(FIELD, O, I, A, of=Notification),
}
