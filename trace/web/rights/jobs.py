"""Rights of jobs: everybody who can order one has a list of their own; the administrator knows of all."""

from ...models import Job
from .rule import DESK, A, I, O, Rules, may

RULES: Rules = {
    ("jobs.jobs", "GET"): may(DESK, O, I, A),
    ("jobs.result", "GET"): may(DESK, O, I, A, of=Job),
    ("jobs.cancel", "POST"): may(DESK, O, I, A, of=Job),
    ("jobs.again", "POST"): may(DESK, O, I, A, of=Job),
}
