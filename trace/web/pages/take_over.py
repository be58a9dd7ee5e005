"""A producer's data from another installation is taken over: looked at first, then by a job. For the owner on the producer's blueprint,
for officers on the bureau's."""

from dataclasses import dataclass
from itertools import islice
from typing import IO

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor, own_producer
from ...errors import N_, Conflict, Invalid
from ...jobs import results
from ...models import Producer, Review
from ...portability import package, takeover
from ...portability.part import Part
from ...portability.parts import PARTS
from ...portability.takeover import Fate, Line, Taker
from .. import take_over_job
from ..blueprints import bureau, producer
from ..guard import TABLES, service

JUDGED, SHOWN = 2_000, 20  # rows that the page looks at, and that it names of each kind
TABLES.update(take_over_job.ENDPOINTS.values())


@dataclass(frozen=True)
class Seen:
    """What the page says of one part: its rows by what becomes of them, and some of them by name."""

    part: Part
    total: int
    fates: dict[Fate, int]
    lines: list[Line]


@producer.route("/take-over", methods=["GET", "POST"])
def take_over(session: Session, actor: Actor) -> ResponseReturnValue:
    return _answer(session, actor, own_producer(session, actor), producer)


@bureau.route("/producers/<ref>/take-over", methods=["GET", "POST"], endpoint="take_over")
def take_over_for(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    """An officer does it for a producer whose record is approved."""
    if found.state is not Review.APPROVED:
        raise Conflict(N_("主体审核通过以后才能移入资料"))
    return _answer(session, actor, found, bureau)


def _answer(session: Session, actor: Actor, found: Producer, place: Blueprint) -> ResponseReturnValue:
    """The form, the preview of what was sent, or the job."""
    try:
        if word := request.form.get("word", ""):
            return _ordered(session, actor, found, word)
        if request.method == "POST":
            return _preview(session, found, place)
    except Invalid as error:
        return _page(found, place, refusal=error.message), 422
    return _page(found, place)


def _page(found: Producer, place: Blueprint, **shown: object) -> str:
    parts = [(each.title, each.stays) for each in PARTS]
    return render_template("office/take_over.html", producer=found, blueprint=place.name, parts=parts, **shown)


def _preview(session: Session, found: Producer, place: Blueprint) -> ResponseReturnValue:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid("file", N_("请先选从原平台导出的 .zip"))
    if take_over_job.is_at_work(session, found):
        raise Invalid("file", N_("这个主体的资料正在移入，请等它做完"))
    file = sent.stream
    told = package.opened(file)
    takeover.refuse_others(told, found, service().installation.settings.base_url)
    taker = Taker(found.id, service().installation, told)
    seen = [_seen(session, taker, file, part) for part in PARTS if told.counts[part.key]]
    file.seek(0)
    word = results.keep(service().installation, str(found.id), file)
    return _page(found, place, told=told, seen=seen, word=word, judged=JUDGED, Fate=Fate)


def _seen(session: Session, taker: Taker, file: IO[bytes], part: Part) -> Seen:
    lines = [taker.judge(session, part, row) for row in islice(package.rows(file, part.key), JUDGED)]
    fates = {fate: sum(line.fate is fate for line in lines) for fate in Fate}
    return Seen(part, taker.package.counts[part.key], fates, lines[:SHOWN])


def _ordered(session: Session, actor: Actor, found: Producer, word: str) -> ResponseReturnValue:
    if not results.given(service().installation, str(found.id), word).is_file():
        raise Invalid("file", N_("这个文件已经不在了，请重新上传"))
    take_over_job.order(session, actor, found, word)
    flash(gettext("正在后台移入；做好后在这里下载报告，每一行一条。"))
    return redirect(url_for("jobs.jobs"))
