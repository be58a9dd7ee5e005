"""Rights of jobs: everybody has a list of their own; the administrator knows of all."""

from ...models import Job
from .rule import SIGNED_IN, A, I, O, P, Rules, may

RULES: Rules = {
    ("jobs.jobs", "GET"): SIGNED_IN,
    ("jobs.result", "GET"): may(P, O, I, A, of=Job),
    ("jobs.cancel", "POST"): may(P, O, I, A, of=Job),
    ("jobs.again", "POST"): may(P, O, I, A, of=Job),
}
