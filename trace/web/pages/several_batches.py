"""For growers: codes for several batches at once, their labels printed, fetched in one file, put on sale. On the producer's blueprint."""

import io
from collections.abc import Sequence

from flask import Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField

from ...access.actor import Actor
from ...clock import day_of, written
from ...codes.label.job import Output
from ...commitment.certificates import template_today
from ...commitment.forms import Template
from ...errors import N_, Conflict
from ...issue.codes import CodeOrder, issue_codes
from ...issue.requirements import Checklist, Key
from ...jobs import printing as printing_jobs
from ...models import Batch, CodeRange, PrintState
from ...printing import plans, runs, several, together
from .. import heavy
from ..blueprints import producer as bp
from ..forms import Form, fresh_key
from ..guard import service
from ..several import Act, answered, fetched, is_sure
from .labels import idempotency_key


class PromiseForm(Form):
    """Whether the commitment certificates that several batches lack are issued with their codes. `texts` are what is promised,
    each once; none where nothing is lacking."""

    promise = BooleanField()
    texts: Sequence[Template] = ()

    def show(self, text: Template) -> None:
        """Show what is promised for one of the batches."""
        if text not in self.texts:
            self.texts = [*self.texts, text]


MIME = {Output.PDF: "application/pdf"}


def _named(batch: Batch) -> str:
    return f"{batch.product.name} · {written(batch.harvest_date)} · {batch.id_number}"


def _place(batch: Batch) -> str:
    return url_for("producer.batch", ref=batch.id_number)


ISSUE = Act(
    Batch,
    "producer.batches",
    N_("给这些批次赋码？"),
    N_("给这 %(n)s 个批次赋码"),
    N_("已给 %(n)s 个批次赋码。"),
    N_("每个批次把还能赋的码一次赋完，都是身份码；要少赋，或要贴纸小码，请在批次页上办。赋过的码不能收回。"),
    _named,
    _place,
)
PRINT = Act(
    Batch,
    "producer.batches",
    N_("打印这些批次的标签？"),
    N_("打印这 %(n)s 个批次的标签"),
    N_("%(n)s 个批次的标签开始打印，做好了可以在清单里勾选，取成一个文件，也可以在批次页上一个个取。"),
    N_("还没有打印过的码都打印，纸、打印机和大小跟上一次一样；要换纸或只打一部分，请在批次页上办。"),
    _named,
    _place,
)
RELEASE = Act(
    Batch,
    "producer.batches",
    N_("确认这些批次的标签上市？"),
    N_("确认这 %(n)s 个批次上市"),
    N_("%(n)s 个批次的标签已确认上市。"),
    N_("标签都贴好了再确认：下一次扫码起，它们就显示“正品”。"),
    _named,
    _place,
)


FETCH = Act(
    Batch,
    "producer.batches",
    N_("把这些批次的标签取成一个文件？"),
    N_("取这 %(n)s 个批次的标签"),
    "",
    N_("做好了、还没有上市的标签按批次先后排在一个文件里，一次打完。打好、贴好以后再确认上市。"),
    _named,
    _place,
)


@bp.post("/batches/issue")
def issue_several(session: Session, actor: Actor) -> ResponseReturnValue:
    """Codes for all packs of each batch that have none yet. The form sent twice issues once."""
    key = idempotency_key(request.form.get("key") if is_sure() else "asking")
    installation, form = service().installation, PromiseForm(formdata=request.form if is_sure() else None)

    def issue(batch: Batch) -> CodeRange:
        count = max(batch.quota - batch.reserved, 1)
        lacking = batch.reserved < batch.quota and Checklist(session, installation, batch, actor.at, count).lacks(
            Key.COMMITMENT
        )
        if lacking:
            form.show(template_today(session, batch, day_of(actor.at)))
        given = bool(form.promise.data) or not is_sure()  # before it is given, it is tried as if it were
        order = CodeOrder(count, key, promise=lacking and given)
        return issue_codes(session, actor, installation, batch, order)

    return answered(session, actor, ISSUE, issue, key=fresh_key(), form=form)


@bp.post("/batches/print")
def print_several(session: Session, actor: Actor) -> ResponseReturnValue:
    """Labels for all codes of each batch that are on none yet. The form sent twice prints once."""
    key = idempotency_key(request.form.get("key") if is_sure() else "asking")

    def make(batch: Batch) -> None:
        for run in several.plan_all(session, actor, service().installation, batch, key):
            if is_sure():  # before, it is only tried
                printing_jobs.order(session, actor, run)

    return answered(session, actor, PRINT, make, key=fresh_key())


@bp.post("/batches/labels")
def fetch_several(session: Session, actor: Actor) -> ResponseReturnValue:
    """The labels of several batches that are made and not on sale yet, in one file."""
    found = together.Together()

    def make() -> Response:
        out = io.BytesIO()
        with heavy.turn(heavy.Work.FILE):
            together.write(service().installation, found.runs, out)
        out.seek(0)
        name = f"labels-{day_of(actor.at):%Y%m%d}-{found.runs[0].id}.{found.output}"
        answer = send_file(
            out, MIME.get(found.output, "application/octet-stream"), as_attachment=True, download_name=name
        )
        answer.headers["Cache-Control"] = "no-store"  # labels before release lie in no cache on the way
        return answer

    return fetched(session, actor, FETCH, lambda batch: found.add(session, batch), make)


@bp.post("/batches/release")
def release_several(session: Session, actor: Actor) -> ResponseReturnValue:
    """Every run of labels that is made and read back, of each batch."""

    def release(batch: Batch) -> None:
        ready = [run for run in plans.runs_of(session, batch) if run.state is PrintState.READY]
        if not ready:
            raise Conflict(N_("没有待打印的标签；请先生成标签"))
        for run in ready:
            runs.release_run(session, actor, run)

    return answered(session, actor, RELEASE, release)
