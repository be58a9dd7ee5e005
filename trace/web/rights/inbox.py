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
    ("inbox.phone", "GET"): SIGNED_IN,
    ("inbox.phone", "POST"): SIGNED_IN,
    ("inbox.confirm_phone", "POST"): SIGNED_IN,
    ("inbox.switch_phone", "POST"): SIGNED_IN,
    ("inbox.remove_phone", "POST"): SIGNED_IN,
    ("inbox.hook", "GET"): SIGNED_IN,
    ("inbox.hook", "POST"): SIGNED_IN,
    ("inbox.try_hook", "POST"): SIGNED_IN,
    ("inbox.switch_hook", "POST"): SIGNED_IN,
    ("inbox.remove_hook", "POST"): SIGNED_IN,
    ("inbox.deliveries", "GET"): may(A),
    ("inbox.open_line", "POST"): may(FIELD, O, I, A, of=Notification),
}
