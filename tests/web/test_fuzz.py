"""Every form and every query of the URL map, as every role, with values that nobody means: never an error of ours.

`scripts/soak fuzz --count 100000` sends many more. A failure tells its seeds; SOAK_SEED and SOAK_FUZZ_FROM repeat them.
"""

import logging
import os
import time
from collections import Counter

import pytest
from flask import Flask

from world import World
from world.fuzz import Fuzz
from world.streets import open_street

COUNT, SEED = int(os.environ.get("SOAK_FUZZ", "400")), os.environ.get("SOAK_SEED", "0")
FIRST = int(os.environ.get("SOAK_FUZZ_FROM", "0"))
BOTH_DATABASES = "SOAK_FUZZ" in os.environ
AT_ONCE = 2_500  # requests to one world, which grows with what is accepted


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # uploads that break off leave their files
@pytest.mark.long
@pytest.mark.parametrize("start", range(FIRST, FIRST + COUNT, AT_ONCE))
def test_no_form_and_no_query_makes_an_error_of_ours(
    world: World, app: Flask, start: int, caplog: pytest.LogCaptureFixture
) -> None:
    fuzz, seed = Fuzz(open_street(world, app)), SEED if SEED != "0" else str(time.time_ns() % 10**9)
    assert fuzz.found > 30
    print(f"fuzz: SOAK_SEED={seed} SOAK_FUZZ_FROM={start}")
    broken, statuses = [], Counter[int]()
    for number in range(start, min(start + AT_ONCE, FIRST + COUNT)):
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            told, answer = fuzz.send(f"{seed}-{number}")
        statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            broken.append(f"{answer.status_code} {told}\n    {_why(caplog)}")
    print(f"fuzz: answers by status {dict(sorted(statuses.items()))}")
    assert not broken, f"{len(broken)} of {COUNT}\n" + "\n".join(broken)


def _why(caplog: pytest.LogCaptureFixture) -> str:
    causes = (record.exc_info[1] for record in caplog.records if record.exc_info)
    return " / ".join(f"{type(cause).__name__}: {str(cause)[:300]}" for cause in causes) or caplog.text[:300]
