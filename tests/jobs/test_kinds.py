"""Every kind of job is known to the workers and has a name on the page."""

import subprocess
import sys

from yipin.jobs import registry
from yipin.models import Job
from yipin.web import jobkinds

KNOWN = (
    "from yipin.web import jobkinds; jobkinds.load(); from yipin.jobs import registry; print(*sorted(registry._kinds))"
)
TRIED = {"slowly", "deaf", "broken", "dies"}  # the tests' own


def test_a_process_of_workers_knows_every_kind_that_the_pages_can_ask_for() -> None:
    jobkinds.load()
    alone = subprocess.run([sys.executable, "-c", KNOWN], capture_output=True, text=True, check=True)
    assert set(alone.stdout.split()) == set(registry._kinds) - TRIED


def test_every_kind_has_a_name_on_the_page() -> None:
    jobkinds.load()
    data = {
        "count": 3,
        "list": "batches",
        "title": "季度报告",
        "table": "batches",
        "rows": 5000,
        "state": "checking",
        "name": "Ama",
    }
    for kind in set(registry._kinds) - TRIED:
        assert str(registry.title_of(Job(kind=kind, data=data))) not in (kind, "后台任务")
