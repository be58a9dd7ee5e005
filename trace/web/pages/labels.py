"""For producers: codes, print runs, sheets, stocks and printers. On the producer's blueprint."""

from flask import Response, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ... import fields
from ...access.actor import Actor, own_producer
from ...access.visibility import find
from ...codes.kinds import CodeKind
from ...codes.label.calibration import write_calibration
from ...codes.label.job import LANGUAGES, Output
from ...codes.label.stock import Stock, suits
from ...codes.paper.glyphs import find_font
from ...codes.paper.pdf import in_memory
from ...codes.qr import symbol as qr_symbol
from ...errors import N_, Invalid, NotFound
from ...issue.codes import CodeOrder, codes_of, issue_codes
from ...jobs import printing as printing_jobs
from ...models import Batch, CodeRange, LabelPrinter, LabelStock, PrintRun, PrintState
from ...printing import equipment, plans, press, progress, runs
from .. import forms
from ..blueprints import producer as bp
from ..contentpolicy import working
from ..guard import service
from ..language import say
from ..page_number import shown
from ..words import OUTPUT_WORDS
from .producer import batch_page


@bp.post("/batches/<ref>/codes", endpoint="issue_codes")
def issue(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    form = forms.IssueForm()

    def act() -> CodeRange:
        count = fields.count("count", form.count.data or "", max(found.quota, 1))
        kind = fields.choice("kind", CodeKind, form.kind.data or CodeKind.FULL)
        order = CodeOrder(count, idempotency_key(form.key.data), kind, bool(form.promise.data))
        return issue_codes(session, actor, service().installation, found, order)

    codes = form.save(session, act)
    if codes is None:
        return batch_page(session, found, issue=form)
    return redirect(url_for("producer.new_print", ref=codes.id))


def idempotency_key(typed: str | None) -> str:
    """The key of a form that was sent. Raises Invalid for none."""
    if not typed or len(typed) > 64 or not (typed.isascii() and typed.isprintable()):
        raise Invalid("key", N_("页面已过期，没有提交。请返回上一页，刷新后再提交一次。"))
    return typed


@bp.post("/batches/<ref>/void")
def void(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    form = forms.VoidForm()
    fresh = form.save(session, lambda: runs.void_units(session, actor, found, **form.typed("numbers", "reason")))
    if fresh is None:
        return batch_page(session, found, void=form)
    flash(gettext("已作废 %(count)d 枚标签。", count=len(fresh)))
    return redirect(url_for("producer.batch", ref=found.id_number))


@bp.route("/codes/<ref>/print", methods=["GET", "POST"])
def new_print(session: Session, actor: Actor, found: CodeRange) -> ResponseReturnValue:
    owner = found.batch.producer_id
    stocks = {key: stock for key, stock in equipment.stocks_of(session, owner).items() if suits(stock, found.kind)}
    printers = equipment.printers_of(session, owner)
    form = forms.PrintForm(data=None if request.method == "POST" else _print_defaults(found, stocks))
    form.stock.choices = forms.choices((key, stock.name) for key, stock in stocks.items())
    form.printer.choices = forms.choices(((row.id, row.name) for row in printers), N_("没有校准过的打印机"))
    form.output.choices = forms.choices(OUTPUT_WORDS.items(), N_("按打印机的设置（没有就用 PDF）"))

    def plan() -> PrintRun:
        if form.stock.data not in stocks:
            raise Invalid("stock", N_("请从列表里选一项"))
        printer = find(session, actor, LabelPrinter, form.printer.data) if form.printer.data else None
        order = _order(form, stocks[form.stock.data], printer, found)
        return plans.plan_print(session, actor, service().installation, found, order, idempotency_key(form.key.data))

    run = form.save(session, plan)
    if run is None:
        page = render_template("producer/print_form.html", form=form, codes=found, stocks=stocks)
        return working(make_response(page, form.status))
    printing_jobs.order(session, actor, run)
    return redirect(url_for("producer.print_run", ref=run.id))


def _print_defaults(codes: CodeRange, stocks: dict[str, Stock]) -> dict[str, str]:
    return {
        "stock": next(iter(stocks)),
        "first": str(codes.first + 1),
        "count": str(codes.count),
        "start_at": "1",
        "symbol_mm": "",
        "key": forms.fresh_key(),
    }


def _order(form: forms.PrintForm, stock: Stock, printer: LabelPrinter | None, codes: CodeRange) -> plans.PrintOrder:
    size = (form.symbol_mm.data or "").strip()
    return plans.PrintOrder(
        stock,
        fields.count("first", form.first.data or "", codes.first + codes.count),
        fields.count("count", form.count.data or "", codes.count),
        fields.count("start_at", form.start_at.data or "1", stock.per_page),
        equipment.as_printer(printer),
        equipment.number("symbol_mm", size) if size else None,
        _output(form.output.data),
    )


def _output(typed: str | None) -> Output | None:
    if typed and typed not in list(Output):
        raise Invalid("output", N_("请从列表里选一项"))
    return Output(typed) if typed else None


@bp.get("/prints/<ref>")
def print_run(session: Session, actor: Actor, found: PrintRun) -> ResponseReturnValue:
    """One print run. While it is being made the page looks again by itself; a run that was left behind, as by a
    command that was killed, is taken up again."""
    if found.state is PrintState.PLANNED and not printing_jobs.is_ordered(session, found):
        _take_up(actor, found)
    return _run_page(session, found)


def _take_up(actor: Actor, found: PrintRun) -> None:
    with progress.alone(service().installation, found.id) as lock:
        idle = lock is not None
    if idle:
        with service().db.transaction(writes=True) as session:
            printing_jobs.order(session, actor, found)


def _run_page(
    session: Session, found: PrintRun, form: forms.ReasonForm | None = None, password: str | None = None
) -> ResponseReturnValue:
    page = render_template(
        "producer/print_run.html",
        run=found,
        job=plans.job_from_dict(found.job),
        headway=progress.of(service().installation, found.id),
        failure=runs.failure_of(session, found),
        password=password,
        form=form or forms.ReasonForm(formdata=None),
        blank=forms.ReasonForm(formdata=None),
    )
    return page, 422 if form else 200


@bp.get("/prints/<ref>/labels")
def sheet(session: Session, actor: Actor, found: PrintRun) -> ResponseReturnValue:
    """The labels' file, before release. Afterwards a reprint says why."""
    runs.refuse_download(found)
    return _file(found)


def _file(found: PrintRun) -> Response:
    path = press.made_again(service().installation, found)
    name = f"{found.batch.id_number}-{found.id}{''.join(path.suffixes)}"
    kind = {".pdf": "application/pdf", ".zip": "application/zip"}.get(path.suffix, "application/octet-stream")
    answer = send_file(path, kind, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"  # labels before release lie in no cache on the way
    return answer


@bp.get("/prints/<ref>/first.png")
def preview(session: Session, actor: Actor, found: PrintRun) -> ResponseReturnValue:
    """The first page as a picture."""
    if found.state not in (PrintState.READY, PrintState.RELEASED) or plans.output_of(found).listed:
        raise NotFound(N_("标签还没有生成"))
    return Response(press.first_page(service().installation, found), mimetype="image/png")


@bp.post("/prints/<ref>/release")
def release(session: Session, actor: Actor, found: PrintRun) -> ResponseReturnValue:
    runs.release_run(session, actor, found)
    flash(gettext("已确认上市：从现在起，扫这些标签会显示“正品”。"))
    return redirect(url_for("producer.batch", ref=found.batch.id_number))


@bp.post("/prints/<ref>/codes")
def code_list(session: Session, actor: Actor, found: PrintRun) -> ResponseReturnValue:
    """The list of codes for a print shop, encrypted. Every download is an event."""
    runs.record_list(session, actor, found)
    session.commit()
    return _file(found)


@bp.post("/prints/<ref>/password")
def password(session: Session, actor: Actor, found: PrintRun) -> ResponseReturnValue:
    """The password of the list, on a page that is seen once and kept nowhere."""
    shown = runs.show_password(session, actor, service().installation, found)
    session.commit()
    page = make_response(_run_page(session, found, password=shown))
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.post("/prints/<ref>/void")
def void_run(session: Session, actor: Actor, found: PrintRun) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: runs.void_run(session, actor, found, form.reason.data or "")):
        return _run_page(session, found, form)
    flash(gettext("已作废这次打印的全部标签。"))
    return redirect(url_for("producer.print_run", ref=found.id))


@bp.post("/prints/<ref>/stop")
def stop(session: Session, actor: Actor, found: PrintRun) -> ResponseReturnValue:
    """Stop a run that is being made."""
    runs.stop_run(session, actor, found)
    flash(gettext("已停止，没有留下文件。"))
    return redirect(url_for("producer.print_run", ref=found.id))


@bp.post("/prints/<ref>/retry")
def retry(session: Session, actor: Actor, found: PrintRun) -> ResponseReturnValue:
    runs.retry(session, actor, found)
    printing_jobs.order(session, actor, found)
    return redirect(url_for("producer.print_run", ref=found.id))


@bp.post("/prints/<ref>/reprint")
def reprint(session: Session, actor: Actor, found: PrintRun) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: runs.record_reprint(session, actor, found, form.reason.data or "")):
        return _run_page(session, found, form)
    session.commit()
    return _file(found)


@bp.post("/prints/<ref>/cancel")
def cancel(session: Session, actor: Actor, found: PrintRun) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: runs.cancel_run(session, actor, found, form.reason.data or "")):
        return _run_page(session, found, form)
    flash(gettext("已取消这次打印。请销毁打出的标签，再重新打印。"))
    return redirect(url_for("producer.new_print", ref=found.range_id))


@bp.get("/codes/<ref>/<int:number>.<any(png, svg):kind>")
def symbol(session: Session, actor: Actor, found: CodeRange, number: int, kind: str) -> ResponseReturnValue:
    """One symbol by the number of its unit (from 1), as PNG or SVG."""
    installation = service().installation
    (_, digits), *_rest = codes_of(found, installation.ring, installation.secrets, number - 1, 1)
    if kind == "png":
        return Response(qr_symbol.png(installation.settings.base_url, digits), mimetype="image/png")
    return Response(qr_symbol.svg(installation.settings.base_url, digits), mimetype="image/svg+xml")


@bp.get("/paper", endpoint="paper")
def paper_page(session: Session, actor: Actor) -> ResponseReturnValue:
    return _paper_page(session, actor)


def _paper_page(
    session: Session, actor: Actor, stock: forms.StockForm | None = None, printer: forms.NewPrinterForm | None = None
) -> ResponseReturnValue:
    producer = own_producer(session, actor)
    page = render_template(
        "producer/paper.html",
        stocks=shown(list(equipment.stocks_of(session, producer.id).items()), "stocks"),
        printers=shown(equipment.printers_of(session, producer.id), "printers"),
        stock_form=stock or forms.StockForm(formdata=None),
        printer_form=printer or forms.NewPrinterForm(formdata=None),
    )
    return page, 422 if stock or printer else 200


MEASURES = (
    "page_width",
    "page_height",
    "columns",
    "rows",
    "label_width",
    "label_height",
    "left",
    "top",
    "pitch_x",
    "pitch_y",
)


@bp.post("/paper/stocks")
def new_stock(session: Session, actor: Actor) -> ResponseReturnValue:
    form = forms.StockForm()
    row = form.save(
        session,
        lambda: equipment.add_stock(session, actor, form.name.data or "", form.typed(*MEASURES), bool(form.roll.data)),
    )
    if row is None:
        return _paper_page(session, actor, stock=form)
    flash(gettext("已添加标签纸“%(name)s”。", name=row.name))
    return redirect(url_for("producer.paper"))


@bp.post("/paper/printers")
def new_printer(session: Session, actor: Actor) -> ResponseReturnValue:
    form = forms.NewPrinterForm()
    row = form.save(session, lambda: equipment.add_printer(session, actor, form.name.data or ""))
    if row is None:
        return _paper_page(session, actor, printer=form)
    return redirect(url_for("producer.printer", ref=row.id))


@bp.route("/printers/<ref>", methods=["GET", "POST"])
def printer(session: Session, actor: Actor, found: LabelPrinter) -> ResponseReturnValue:
    now = equipment.as_printer(found)
    form = forms.CalibrationForm(
        offset_x=f"{now.offset_x:g}",
        offset_y=f"{now.offset_y:g}",
        scale_x=f"{now.scale_x:g}",
        scale_y=f"{now.scale_y:g}",
        dpi=str(now.dpi),
        language=now.language,
    )
    form.language.choices = forms.choices((kind, OUTPUT_WORDS[kind]) for kind in LANGUAGES)
    if form.done(session, lambda: equipment.calibrate(session, actor, found, form.typed())):
        flash(gettext("已保存“%(name)s”的校准。", name=found.name))
        return redirect(url_for("producer.paper"))
    page = render_template(
        "producer/printer.html", form=form, printer=found, stocks=equipment.stocks_of(session, found.producer_id)
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/paper/stocks/<ref>/remove")
def remove_stock(session: Session, actor: Actor, found: LabelStock) -> ResponseReturnValue:
    return _removed(session, actor, found)


@bp.post("/printers/<ref>/remove")
def remove_printer(session: Session, actor: Actor, found: LabelPrinter) -> ResponseReturnValue:
    return _removed(session, actor, found)


def _removed(session: Session, actor: Actor, found: LabelStock | LabelPrinter) -> ResponseReturnValue:
    name = found.name
    equipment.remove(session, actor, found)
    flash(gettext("已移除“%(name)s”；打印过的不受影响。", name=name))
    return redirect(url_for("producer.paper"))


@bp.get("/printers/<ref>/calibration.pdf")
def calibration(session: Session, actor: Actor, found: LabelPrinter) -> ResponseReturnValue:
    stocks = equipment.stocks_of(session, found.producer_id)
    stock = stocks.get(request.args.get("stock", ""), stocks["a4-24"])
    machine, font = equipment.as_printer(found), find_font(service().installation.settings.font)
    page = in_memory(lambda path: write_calibration(path, stock, machine, font, say))
    return Response(page, mimetype="application/pdf")
