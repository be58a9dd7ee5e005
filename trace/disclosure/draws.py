"""Draws for inspection (随机抽查) as anybody may see them: the commitment of the seed; from the draw on its mark; and once the samples
are in the seed, the pool and who was drawn. With the pool of a draw anybody draws again and finds the same.

The pool gives each producer's number, name and weight. From which facts a weight comes is the officers' to see.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access import demonstrations
from ..clock import start_of
from ..errors import N_, NotFound
from ..farm import draw_publication, draw_seeds, sampling
from ..models import Action, DrawSeed, InspectionDraw, Producer
from . import names
from .leaves import leaves_of
from .table import DEMONSTRATION, LEAF, Asked, Column, Row, Table, after

STATE_WORDS = {"committed": N_("已承诺，还没有抽"), "sampling": N_("已抽取，样品还没有到齐"), "drawn": N_("已抽取")}


@dataclass(frozen=True)
class Entry:
    """A producer in a pool, as published."""

    number: int
    name: str
    weight: int
    key: float
    drawn: bool


@dataclass(frozen=True)
class Draw:
    """A draw with its pool in the order of the keys: those drawn come first. Of one that is not `published` only the commitment, the
    mark and how many are told."""

    row: InspectionDraw
    seed: DrawSeed | None  # of draws before seeds were committed to there is none
    pool: tuple[Entry, ...]
    kept: bool  # drawing again gives what was recorded at the draw
    demonstration: bool
    published: bool
    mark: str
    last_day: date  # of its publication

    @property
    def committed_before(self) -> bool:
        """Whether the seed was committed to before the draw, and is the one that was."""
        return (
            self.seed is not None
            and self.seed.committed_at < self.row.at
            and draw_seeds.begins_with(self.row.seed, self.seed.commitment)
        )


def find(session: Session, number: str, day: date) -> Draw:
    """The draw of a number, as of a day. Raises NotFound for none, and for one of a demonstration beside real producers."""
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    found = session.execute(_draws(session).where(InspectionDraw.id == int(number))).first() if is_number else None
    if found is None:
        raise NotFound(N_("没有这一次抽查"))
    return _Drawn(session, day)(*found)


def _draws(session: Session) -> sa.Select[InspectionDraw, DrawSeed, bool]:
    """All draws with their seeds. The pool of a demonstration's has nobody real in it, so its first one tells."""
    first = InspectionDraw.pool[("producers", 0, "id")].as_integer()
    shown = first.in_(sa.select(Producer.id).where(Producer.demonstration.is_(True)))
    rows = sa.select(InspectionDraw, DrawSeed, sa.func.coalesce(shown, False)).order_by(InspectionDraw.id)
    rows = rows.outerjoin(DrawSeed, DrawSeed.draw_id == InspectionDraw.id)
    return rows if demonstrations.whole(session) else rows.where(~sa.func.coalesce(shown, False))


class _Drawn:
    """Makes draws as of a day; asks once for what all of them need."""

    def __init__(self, session: Session, day: date) -> None:
        self.session, self.day = session, day
        self.people, self.taken = names.people(session), draw_publication.samplings(session)

    def __call__(self, row: InspectionDraw, seed: DrawSeed | None, demonstration: bool) -> Draw:
        return Draw(
            row=row,
            seed=seed,
            pool=tuple(self._entry(row, place, *found) for place, found in enumerate(sampling.ranking(row))),
            kept=sampling.as_recorded(self.session, row),
            demonstration=bool(demonstration),
            published=draw_publication.published_on(row, self.taken) <= self.day,
            mark=sampling.mark(row),
            last_day=draw_publication.last_day(row),
        )

    def _entry(self, row: InspectionDraw, place: int, each: sampling.Candidate, key: float) -> Entry:
        name = names.masked(each.name) if each.id in self.people else each.name
        return Entry(each.id, name, each.weight, key, place < row.wanted)


def _rows(session: Session, asked: Asked) -> Iterator[Row]:
    until, draw_of = start_of(after(asked.day)), _Drawn(session, asked.day)
    drawn = leaves_of(session, InspectionDraw, Action.INSPECTION_DRAW)
    committed = leaves_of(session, DrawSeed, Action.INSPECTION_SEED, first=True)  # the other one tells of its draw
    for found in session.execute(_draws(session).where(InspectionDraw.at < until).execution_options(yield_per=20)):
        draw = draw_of(*found)
        of_seed = committed.get(draw.seed.id) if draw.seed else None
        yield _row(draw, asked) | {"leaf": drawn.get(draw.row.id), "commitment_leaf": of_seed}
    waiting = sa.select(DrawSeed).where(DrawSeed.committed_at < until).order_by(DrawSeed.id)
    for seed in session.scalars(waiting.outerjoin(DrawSeed.draw).where(_not_drawn(until))):
        yield _of_seed(seed) | {"state": "committed", "commitment_leaf": committed.get(seed.id)}


def _not_drawn(until: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(DrawSeed.draw_id.is_(None), InspectionDraw.at >= until)


def _of_seed(seed: DrawSeed | None) -> dict[str, object]:
    return {column.key: None for column in DRAWS.columns} | {
        "commitment": seed and seed.commitment,
        "committed": seed and seed.committed_at,
    }


def _row(draw: Draw, asked: Asked) -> dict[str, object]:
    row = draw.row
    told = _of_seed(draw.seed) | {
        "state": "drawn" if draw.published else "sampling",
        "number": row.id,
        "county_name": asked.policy.county_name(row.county),
        "drawn": row.at,
        "rule": row.rule,
        "wanted": row.wanted,
        "pool": len(draw.pool),
        "mark": draw.mark,
        "demonstration": draw.demonstration,
    }
    return told | (_result(draw) if draw.published else {})


def _result(draw: Draw) -> dict[str, object]:
    return {
        "seed": draw.row.seed,
        "result": "、".join(each.name for each in draw.pool if each.drawn),
        "committed_before": draw.committed_before,
    }


DRAWS = Table(
    "draws",
    N_("随机抽查"),
    N_("抽查谁，由事先定下、不能再改的种子决定。样品到齐以后公布名单，谁都可以再抽一次，看是不是一样。"),
    "number",
    (
        Column("number", N_("第几次")),
        Column("state", N_("状态"), STATE_WORDS),
        Column("commitment", N_("种子的承诺（SHA-256）")),
        Column("committed", N_("承诺公布")),
        Column("county_name", N_("范围"), said=True),
        Column("drawn", N_("抽取")),
        Column("seed", N_("种子")),
        Column("rule", N_("规则版本"), shown=False),
        Column("wanted", N_("抽几家")),
        Column("pool", N_("名单有几家")),
        Column("mark", N_("这次抽取的凭证（SHA-256）")),
        Column("result", N_("抽中的")),
        Column("committed_before", N_("承诺在抽取之前")),
        DEMONSTRATION,
        Column("commitment_leaf", N_("承诺在公开日志里的序号")),
        LEAF,
    ),
    _rows,
    (
        N_("种子由系统先生成，只公布它的 SHA-256（承诺）；以后公布种子，承诺对得上，就说明没有换过。"),
        N_("抽中谁，样品到齐以后才公布，免得走漏消息，最迟在抽取后 60 天。抽取当天就公布凭证，名单改动过就对不上。"),
        N_("抽取的人可以在后面加一个公开的数，如约定日期的开奖号码；每一次抽取都在这里，抽了不要的也在。"),
    ),
    empty=N_("到这一天还没有抽查，也没有公布过承诺。"),
)
