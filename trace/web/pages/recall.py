"""For officers: a recall from one page (追溯召回). Pick a cause, see all that it reaches, then stop it in one act.
On the bureau's blueprint."""

from collections.abc import Iterable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import HiddenField, SelectMultipleField, StringField

from ... import fields
from ...access.actor import Actor
from ...chain import lineage
from ...chain.way import WayLink, WayNode
from ...errors import N_, Invalid
from ...models import RecallAct, RecallKind
from ...paging import Page, page_of
from ...recall import acts, causes, options
from ...recall import reach as recall_reach
from ...recall.customers import Delivery
from ...recall.lists import RECALL_ACTS
from ...recall.reach import Reach, Reached
from ...sheets import writer
from ...sheets.writer import Column, Kind
from .. import export_file, hinting, list_frame
from ..blueprints import bureau as bp
from ..drawing import waygraph
from ..forms import Form
from ..guard import service
from ..language import say
from ..page_number import page_number, shown
from ..words import BATCH_WORDS, RECALL_WORDS

DRAWN = 3  # batches of each step that the picture shows


class RecallForm(Form):
    """The cause, and what is to be done about all that it reaches."""

    by = HiddenField()
    pick = SelectMultipleField(validate_choice=False)
    number = StringField()
    q = StringField()
    plot = HiddenField()
    first = StringField()
    last = StringField()
    supplier = HiddenField()
    lot = HiddenField()
    input = HiddenField()
    kind = HiddenField()
    reason = StringField()
    seen = HiddenField()
    sure = HiddenField()

    def cause(self, session: Session, actor: Actor) -> causes.Cause:
        """What the recall starts from. Raises Invalid for any field, and where no batch fits."""
        return causes.found(session, actor, self.typed(*CAUSE_FIELDS), self.picks)

    @property
    def picks(self) -> list[str]:
        """What was ticked, each once."""
        return list(dict.fromkeys(self.pick.data or ()))

    @property
    def address(self) -> dict[str, object]:
        """The cause as an address says it."""
        return {name: value for name, value in self.typed(*CAUSE_FIELDS).items() if value} | {"pick": self.picks}


CAUSE_FIELDS = ("by", "number", "plot", "first", "last", "supplier", "lot", "input")
TABS = {"batch": N_("一个批次"), "input": N_("投入品"), "supplier": N_("供货人的货"), "plot": N_("地块")}


list_frame.shown_at("bureau.recall_acts", RECALL_ACTS)


@bp.get("/recall")
def recalls(session: Session, actor: Actor) -> ResponseReturnValue:
    return _start_page(session, actor, RecallForm(formdata=request.args))


def _start_page(session: Session, actor: Actor, form: RecallForm) -> ResponseReturnValue:
    wrong, by = bool(form.errors or form.refusal), form.by.data if form.by.data in TABS else "batch"
    words = form.q.data or form[by].data if by in ("input", "supplier") else form.q.data
    listed = options.found(session, actor, by, words or "", page_number())
    page = render_template(
        "bureau/recalls.html",
        form=form,
        by=by,
        tabs=TABS,
        words=words or "",
        listed=Page(listed.options, listed.total, page_number()),
        acts=page_of(session, acts.acts(actor), 1),
        names={column.key: say(column.title) for column in RECALL_ACTS.columns},
    )
    return page, 422 if wrong else 200


@bp.get("/recall/acts")
def recall_acts(session: Session, actor: Actor) -> ResponseReturnValue:
    """What was decided and practised."""
    return render_template("bureau/recall_acts.html", found=list_frame.framed(session, actor, RECALL_ACTS))


@bp.get("/recall/reach")
def reach(session: Session, actor: Actor) -> ResponseReturnValue:
    """All that a cause reaches, before anything is decided. Without a cause it leads to where one is picked."""
    if not request.args:
        return redirect(url_for("bureau.recalls"))
    form = RecallForm(formdata=request.args)
    return _reach_page(session, actor, form)


def _reach_page(
    session: Session, actor: Actor, form: RecallForm, template: str = "bureau/reach.html"
) -> ResponseReturnValue:
    wrong = bool(form.errors or form.refusal)
    try:
        cause = form.cause(session, actor)
    except Invalid as error:
        form.mark(hinting.refused(session, error))
        return _start_page(session, actor, form)
    found = recall_reach.reach(session, actor, cause.roots)
    page = render_template(
        template,
        form=form,
        cause=cause,
        found=found,
        rows=shown(found.batches, "batches"),
        fields=CAUSE_FIELDS,
        beside=options.beside(session, actor, form.by.data or "", cause.lots),
        picture=_picture(session, found, cause),
        **beside(found),
    )
    return page, 422 if wrong else 200


def beside(found: Reach) -> dict[str, object]:
    """What the table needs besides the batches: the customers of each, and the names of counties."""
    customers: dict[int, list[Delivery]] = {}
    for row in found.deliveries:
        customers.setdefault(row.batch_id, []).append(row)
    return {"customers": customers, "policy": service().installation.policy}


def _picture(session: Session, found: Reach, cause: causes.Cause) -> Markup:
    nodes = [
        WayNode(
            row.id_number,
            str(row.origin),
            row.product,
            row.producer,
            row.county,
            row.day,
            waygraph.ZERO,
            "",
            row.depth + 1,
            str(row.state),
        )
        for row in found.batches
    ]
    drawn = {row.id: row.id_number for row in waygraph.nearest(found.batches, DRAWN)}
    links = [
        WayLink(drawn[edge.from_id], drawn[edge.to_id], edge.taken, edge.loss)
        for edge in lineage.edges_among(session, drawn)
    ]
    return waygraph.reach_graph(nodes, links, cause.short or say(cause.words))


@bp.get("/recall/reach.xlsx")
def reach_list(session: Session, actor: Actor) -> ResponseReturnValue:
    if not request.args:
        return redirect(url_for("bureau.recalls"))
    cause = RecallForm(formdata=request.args).cause(session, actor)
    return _file(actor, recall_reach.reach(session, actor, cause.roots), say(cause.words))


@bp.post("/recall/stop")
def stop_all(session: Session, actor: Actor) -> ResponseReturnValue:
    """Ask first, with the totals and a warning that it cannot be undone. The second click does it; a drill is not asked."""
    form = RecallForm()

    def act() -> RecallAct | None:
        kind, why = fields.choice("kind", RecallKind, form.kind.data or ""), fields.reason(form.reason.data or "")
        cause = form.cause(session, actor)
        if not form.sure.data and kind is not RecallKind.DRILL:
            return None
        seen = fields.count("seen", form.seen.data or "", 10_000_000)
        return acts.act(session, actor, kind, cause.roots, cause=str(cause.words)[:100], reason=why, seen=seen)

    row = form.save(session, act)
    if row is not None:
        flash(gettext(DONE[row.kind]))
        return redirect(url_for("bureau.recall_act", ref=row.id))
    refused = bool(form.errors or form.refusal)
    return _reach_page(session, actor, form, "bureau/reach.html" if refused else "bureau/recall_sure.html")


DONE = {
    RecallKind.HOLD: N_("已全部冻结：下一次扫码就会看到。"),
    RecallKind.RECALL: N_("已全部召回：下一次扫码就会看到。"),
    RecallKind.DRILL: N_("演练完成：什么都没有改变。"),
}


@bp.get("/recall/acts/<ref>.xlsx")
def recall_list(session: Session, actor: Actor, found: RecallAct) -> ResponseReturnValue:
    reached, _ = recall_reach.reach_of(session, actor, found)
    return _file(actor, reached, f"{say(RECALL_WORDS[found.kind])} {found.id}", found.cause, found.reason)


def _file(actor: Actor, found: Reach, *notes: str) -> ResponseReturnValue:
    """Two sheets: every batch, every delivery to a customer."""
    numbers = {row.id: row for row in found.batches}
    return export_file.send(
        actor,
        gettext("涉及的批次和客户"),
        _sheet(gettext("批次"), BATCH_COLUMNS, (_batch_cells(row) for row in found.batches), notes),
        _sheet(
            gettext("客户"),
            CUSTOMER_COLUMNS,
            (_customer_cells(row, numbers[row.batch_id]) for row in found.deliveries if row.batch_id in numbers),
            notes,
        ),
    )


def _sheet(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[object]], notes: Sequence[str]
) -> writer.Sheet:
    heads = [Column(say(column.title), column.kind, column.width) for column in columns]
    return writer.Sheet(name, name, heads, rows, notes)


BATCH_COLUMNS = (
    Column(N_("批次身份证号"), width=20),
    Column(N_("产品")),
    Column(N_("主体"), width=28),
    Column(N_("县市区")),
    Column(N_("日期"), Kind.DAY),
    Column(N_("状态")),
    Column(N_("离起因几步"), Kind.COUNT),
    Column(N_("起号"), Kind.NUMBER),
    Column(N_("末号"), Kind.NUMBER),
    Column(N_("扫码次数"), Kind.COUNT),
)
CUSTOMER_COLUMNS = (
    Column(N_("客户"), width=28),
    Column(N_("电话")),
    Column(N_("地点")),
    Column(N_("发货日期"), Kind.DAY),
    Column(N_("数量")),
    Column(N_("从第几枚"), Kind.NUMBER),
    Column(N_("到第几枚"), Kind.NUMBER),
    Column(N_("批次身份证号"), width=20),
    Column(N_("产品")),
    Column(N_("主体"), width=28),
)


def _batch_cells(row: Reached) -> list[object]:
    county = service().installation.policy.county_name(row.county)
    first, last = (1, row.units) if row.units else (None, None)
    return [
        row.id_number,
        row.product,
        row.producer,
        say(county),
        row.day,
        say(BATCH_WORDS[row.state]),
        row.depth,
        first,
        last,
        row.scans,
    ]


def _customer_cells(row: Delivery, batch: Reached) -> list[object]:
    first, last = (row.first + 1, row.first + (row.count or 0)) if row.first is not None else (None, None)
    return [
        row.customer,
        " ".join(row.phones),
        row.place,
        row.shipped_on,
        row.quantity,
        first,
        last,
        batch.id_number,
        batch.product,
        batch.producer,
    ]
