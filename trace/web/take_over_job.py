"""A package of a producer's data, taken over by a job: some rows at a time, each with a line in the report that it makes."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import IO

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..access.visibility import find
from ..audit import log
from ..errors import N_, Forbidden, Message, NotFound
from ..jobs import desk, registry, results
from ..jobs.context import Context
from ..jobs.registry import Data, Kind
from ..models import Action, Job, Producer, Role
from ..portability import package, takeover
from ..portability.takeover import FATE_WORDS, Fate, Line, Taker
from ..sheets import writer
from . import language
from .rights import RULES
from .speaking import spoken

AT_ONCE = 50  # rows of one transaction: others write in between
ENDPOINTS = {Role.PRODUCER: "producer.take_over", Role.OFFICER: "bureau.take_over"}


def order(session: Session, actor: Actor, producer: Producer, word: str) -> Job:
    """Have a package taken over that was kept under a word. One at a time for a producer."""
    given = {"producer": producer.id, "name": producer.name, "word": word, "lang": language.chosen()}
    return desk.add(session, actor, KIND.name, about=_about(producer), **given)


def is_at_work(session: Session, producer: Producer) -> bool:
    """Whether a package of this producer is being taken over."""
    return desk.live(session, KIND.name, _about(producer)) is not None


def _about(producer: Producer) -> str:
    return f"take-over:{producer.id}"


def _title(data: Data) -> Message:
    return Message(N_("移入资料：%(name)s"), {"name": data["name"]})


def _work(context: Context) -> Data | None:
    path = results.given(context.installation, str(context.data["producer"]), str(context.data["word"]))
    if not path.is_file():
        raise NotFound(N_("这个文件已经不在了，请重新上传"))
    with open(path, "rb") as file, spoken(str(context.data["lang"])):
        actor, taker = _begun(context, file)
        with results.writing(context, "xlsx") as (name, out):
            fates = dict.fromkeys(Fate, 0)
            rows = writer.write(out, _sheet(_counted(_taken(context, actor, taker, file), fates)))
        _tell(context, actor, taker, fates)
    with suppress(FileNotFoundError):
        path.unlink()
    return {"file": name, "name": f"{context.data['name']} {context.actor.at:%Y-%m-%d}.xlsx", "rows": rows}


def _begun(context: Context, file: IO[bytes]) -> tuple[Actor, Taker]:
    """Who acts for the producer, with the rights of today. Raises Forbidden, NotFound, and Invalid for another one's package."""
    role = context.actor.role
    if role not in ENDPOINTS or not RULES[ENDPOINTS[role], "POST"].lets(context.actor):
        raise Forbidden(N_("您的账号不能办这件事"))
    found = package.opened(file)
    with context.db.transaction(writes=False) as session:
        producer = find(session, context.actor, Producer, str(context.data["producer"]))
        takeover.refuse_others(found, producer, context.installation.settings.base_url)
        actor = replace(context.actor, producer_id=producer.id)
        return actor, Taker(producer.id, context.installation, found)


def _taken(context: Context, actor: Actor, taker: Taker, file: IO[bytes]) -> Iterator[Line]:
    """What became of every row. The rows that can move enter some at a time."""
    total = sum(taker.package.counts.values())
    steps, done = takeover.rows_of(file), 0
    while some := list(islice(steps, AT_ONCE)):
        with context.db.transaction(writes=True) as session:
            made = [taker.take(session, actor, part, row) for part, row in some]
        yield from made
        done += len(some)
        context.tell(done, total)


def _counted(lines: Iterable[Line], fates: dict[Fate, int]) -> Iterator[Line]:
    for line in lines:
        fates[line.fate] += 1
        yield line


def _sheet(lines: Iterable[Line]) -> writer.Sheet:
    heads = [N_("种类"), N_("原来的编号"), N_("名称"), N_("结果"), N_("为什么")]
    title, columns = language.say(N_("移入报告")), [writer.Column(language.say(each)) for each in heads]
    return writer.Sheet(title, title, columns, (_cells(each) for each in lines))


def _cells(line: Line) -> list[object]:
    return [
        language.say(line.part.title),
        line.number,
        line.name,
        language.say(FATE_WORDS[line.fate]),
        language.say(line.why),
    ]


def _tell(context: Context, actor: Actor, taker: Taker, fates: dict[Fate, int]) -> None:
    """The log keeps from where how much came."""
    told: dict[str, object] = {fate.value: number for fate, number in fates.items()}
    told |= {"source": taker.package.source, "digest": taker.package.digest}
    with context.db.transaction(writes=True) as session:
        producer = session.get_one(Producer, taker.producer_id)
        log.record(session, actor, Action.DATA_TAKE, producer, None, **told)


KIND = registry.register(Kind("take-over", _work, _title))
