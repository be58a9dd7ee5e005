"""A producer's whole data as one file, made by a job with the rights that its person has when it is made."""

from functools import cache

from sqlalchemy.orm import Session

from ..access.actor import Actor, own_producer
from ..audit import log
from ..errors import N_, Forbidden, Message
from ..jobs import desk, registry, results
from ..jobs.context import Context
from ..jobs.registry import Data, Kind
from ..models import Action, Job
from ..portability.bundle import Bundle
from . import language
from .rights import RULES
from .speaking import spoken

ENDPOINT = "producer.my_data"


def order(session: Session, actor: Actor, whole: bool = True) -> Job:
    """Have the file made, with sheets in the reader's language. One that waits already is not made twice.

    The log keeps that all data left the house. Raises StepMissing while the producer is not approved.
    """
    producer = own_producer(session, actor)
    job = desk.add(
        session, actor, KIND.name, about=f"{actor.account_id}:my-data:{whole}", lang=language.chosen(), whole=whole
    )
    log.record(session, actor, Action.DATA_EXPORT, producer)
    return job


def may_have(actor: Actor, job: Job) -> bool:
    """Whether the person may still have what the job has made: an owner who became a clerk may not."""
    return job.kind != KIND.name or RULES[ENDPOINT, "POST"].lets(actor)


def _title(data: Data) -> Message:
    return Message(N_("导出我的资料"))


def _work(context: Context) -> Data | None:
    if not RULES[ENDPOINT, "POST"].lets(context.actor):
        raise Forbidden(N_("您的账号不能办这件事"))
    with context.db.transaction(writes=False) as session, results.writing(context, "zip") as (name, file):
        producer = own_producer(session, context.actor)
        lang, title = str(context.data["lang"]), producer.name
        whole = context.data["whole"] is True
        bundle = Bundle(session, context.actor, producer, context.installation, lang, _said, context.tell, whole)
        bundle.write(file)
        return {"file": name, "name": f"{title} {context.actor.at:%Y-%m-%d}.zip", "rows": bundle.done}


def _said(lang: str, text: str | Message) -> str:
    return _word(lang, text) if isinstance(text, str) else _spoken(lang, text)


@cache
def _word(lang: str, text: str) -> str:
    """The same few words stand in thousands of cells."""
    return _spoken(lang, text)


def _spoken(lang: str, text: str | Message) -> str:
    with spoken(lang):
        return language.say(text)


KIND = registry.register(Kind("my-data", _work, _title))
