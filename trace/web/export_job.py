"""Large lists as Excel files, made by a job with the rights that the person has when it is made."""

from sqlalchemy.orm import Session

from .. import paging
from ..access.actor import Actor
from ..errors import N_, Forbidden, Message, NotFound
from ..jobs import desk, registry, results
from ..jobs.context import Context
from ..jobs.registry import Data, Kind
from ..models import Job
from ..sheets import writer
from . import language
from .export_file import Export, Typed, file_name, note, sheet
from .rights import RULES
from .speaking import spoken

_lists: dict[str, Export] = {}


def know(export: Export) -> None:
    """Make a list known by its key, which is what a job's row keeps of it."""
    _lists[export.key] = export


def order(session: Session, actor: Actor, export: Export, typed: Typed) -> Job:
    """Have a list made with this filter, in the reader's language. The same one that waits already is not made twice."""
    kept = dict(typed) | {"lang": language.chosen()}
    about = export.key + "?" + "&".join(f"{name}={value}" for name, value in sorted(kept.items()))
    return desk.add(session, actor, KIND.name, about=f"{actor.account_id}:{about}"[:400], list=export.key, typed=kept)


def _title(data: Data) -> Message:
    found = _lists.get(str(data["list"]))
    return Message(N_("导出 Excel：%(list)s"), {"list": Message(found.title if found else str(data["list"]))})


def _work(context: Context) -> Data | None:
    export, typed = _lists.get(str(context.data["list"])), _typed(context.data)
    if export is None:
        raise NotFound(N_("没有这份清单了"))
    if not RULES[export.endpoint, "GET"].lets(context.actor):
        raise Forbidden(N_("您的账号不能办这件事"))
    policy = context.installation.policy
    with (
        spoken(typed["lang"]),
        context.db.transaction(writes=False) as session,
        results.writing(context, "xlsx") as (name, file),
    ):
        total = paging.count(session, export.rows(context.actor, typed))
        made = sheet(session, context.actor, export, typed, policy, note(context.actor, typed))
        rows = writer.write(file, writer.counted(made, lambda done: context.tell(done, total)))
        return {"file": name, "name": file_name(context.actor, language.say(export.title)), "rows": rows}


def _typed(data: Data) -> dict[str, str]:
    typed = data["typed"]
    assert isinstance(typed, dict)
    return typed


KIND = registry.register(Kind("export", _work, _title))
