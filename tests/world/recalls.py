"""A recall by its pages, from a batch's own page: asked first, confirmed then."""

from flask.testing import FlaskClient

from world.reading import see
from yipin.models import Batch


def stop(browser: FlaskClient, batch: Batch, kind: str, reason: str) -> str:
    """What the officer is told after both clicks."""
    cause = {"by": "batch", "number": batch.id_number, "kind": kind, "reason": reason}
    asked = see(browser.post("/bureau/recall/stop", data=cause).text).values
    sure = {name: values[0] for name, values in asked.items() if values}
    return " ".join(see(browser.post("/bureau/recall/stop", data=sure, follow_redirects=True).text).flashes)
