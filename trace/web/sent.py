"""The form of this request as its content, for the question about a twin (`audit.again`)."""

import json

from flask import request
from flask_login import current_user

from .. import clock
from ..audit.again import ANYBODY, Sent
from . import kept

NO_CONTENT = {"key", "confirm", "seen", *kept.ADDED}  # what pages and scripts add to a form


def this_form() -> Sent:
    """Who sends what to which page. Files do not count: nobody sends another picture with the very same words by a slip."""
    told = {name: [text.strip() for text in request.form.getlist(name)] for name in sorted(request.form)}
    content = {name: values for name, values in told.items() if name not in NO_CONTENT and any(values)}
    who = f"account {current_user.account.id}" if current_user.is_authenticated else ANYBODY
    whole = json.dumps([request.path, content], sort_keys=True)
    return Sent(who, whole, request.form.get("key", ""), clock.now())
