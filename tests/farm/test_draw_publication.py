"""Tests of when a draw is published: with the last sample, at the latest after its term."""

from datetime import UTC, date, datetime, timedelta

import pytest

from yipin.disclosure.draws import DRAWS
from yipin.farm import draw_publication, sampling
from yipin.models import InspectionDraw

AT = datetime(2026, 7, 20, 2, tzinfo=UTC)
DAY = date(2026, 7, 20)


def draw(wanted: int) -> InspectionDraw:
    pool = [{"id": n, "name": f"主体{n}", "failed": 0, "uses": 0, "sampled": 0, "recorded": True} for n in (1, 2, 3)]
    return InspectionDraw(id=1, seed="s", rule=sampling.RULE, wanted=wanted, pool={"producers": pool}, at=AT)


FIRST, SECOND = (each.id for each in sampling.result(draw(2)))
LATEST = DAY + draw_publication.LONGEST


@pytest.mark.parametrize(
    ("taken", "on"),
    [
        ({}, LATEST),
        ({FIRST: [(DAY, AT + timedelta(days=3))]}, LATEST),  # the other one could be warned
        ({FIRST: [(DAY, AT + timedelta(days=3))], SECOND: [(DAY, AT + timedelta(days=9))]}, DAY + timedelta(days=9)),
        ({FIRST: [(DAY - timedelta(days=1), AT + timedelta(days=3))], SECOND: [(DAY, AT + timedelta(days=9))]}, LATEST),
        ({FIRST: [(DAY, AT - timedelta(hours=1))], SECOND: [(DAY, AT + timedelta(days=9))]}, LATEST),  # before the draw
        ({FIRST: [(DAY, AT + timedelta(days=99))], SECOND: [(DAY, AT + timedelta(days=9))]}, LATEST),
    ],
)
def test_a_draw_is_published_with_its_last_sample(taken: draw_publication.Samplings, on: date) -> None:
    assert draw_publication.published_on(draw(2), taken) == on


def test_the_mark_binds_seed_pool_and_number() -> None:
    whole = sampling.mark(draw(2))
    other, fewer = draw(2), draw(2)
    other.seed, fewer.pool = "t", {"producers": fewer.pool["producers"][:2]}
    heavier = draw(2)
    heavier.pool["producers"][0]["failed"] = 1
    assert len({whole, sampling.mark(draw(1)), *map(sampling.mark, (other, fewer, heavier))}) == 5


def test_the_page_names_the_same_term() -> None:
    assert any(f"{draw_publication.LONGEST.days} 天" in note for note in DRAWS.notes)
