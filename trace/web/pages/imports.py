"""Tables from Excel: a template to download, an upload, a preview that names every wrong cell, and a confirmation. Each
kind of table has its page, for officers or for producers."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor, own_producer
from ...errors import N_, Invalid, Message
from ...imports import engine, staging, tables, uploads, work
from ...imports.engine import AnyImport, Desk
from ...imports.outcome import SHOWN_FAULTS, found
from ...imports.reading import read
from ...jobs import importing
from ...models import ImportState, TableImport
from ...sheets import template
from ..blueprints import bureau as bureau_pages
from ..blueprints import producer as producer_pages
from ..export_file import TYPE
from ..guard import TABLES, service
from ..language import LANGUAGES, say

GUIDANCE = N_("从示例行的下一行填起，带 * 的必填；不要改表头，不要合并单元格。填好存为 .xlsx，回到网页上传。")


def _offer(kind: AnyImport, blueprint: Blueprint, back: str) -> None:
    """Give a kind of table its two addresses: the page, and the template."""

    def page(session: Session, actor: Actor) -> ResponseReturnValue:
        return _page(Desk(session, actor, service().installation), kind, blueprint.name, back)

    def blank(session: Session, actor: Actor) -> ResponseReturnValue:
        return _template(Desk(session, actor, service().installation), kind)

    TABLES.add(f"{blueprint.name}.import_{kind.key}")
    blueprint.add_url_rule(f"/import/{kind.key}", f"import_{kind.key}", page, methods=["GET", "POST"])
    blueprint.add_url_rule(f"/import/{kind.key}/template.xlsx", f"template_{kind.key}", blank)


def spellings(word: str) -> Sequence[str]:
    """One of our words as it stands in a template of either language."""
    found = [word]
    for language in LANGUAGES:
        with force_locale(language):
            found.append(str(gettext(word)))
    return list(dict.fromkeys(found))


def _template(desk: Desk, kind: AnyImport) -> ResponseReturnValue:
    blanks = []
    for wanted in kind.fields:
        options = [say(word) for word in wanted.options(desk)] if wanted.options else []
        blanks.append(
            template.Blank(say(wanted.title), say(wanted.hint), say(wanted.shown(desk)), wanted.required, options)
        )
    out, marks = io.BytesIO(), template.Marks(say(engine.MARK), say(engine.HINT), say(engine.EXAMPLE))
    template.write(out, say(kind.title), say(GUIDANCE), marks, blanks, say(engine.OPTIONS))
    out.seek(0)
    return send_file(out, TYPE, as_attachment=True, download_name=f"{say(kind.title)}.xlsx")


def _page(desk: Desk, kind: AnyImport, blueprint: str, back: str) -> ResponseReturnValue:
    """The write lock is not taken before a table has been read and tried."""
    if desk.actor.producer_id is not None or blueprint == "producer":
        with service().db.transaction(writes=False) as reading:
            own_producer(reading, desk.actor)
    place = _Place(kind, blueprint, back)
    if request.method == "GET":
        return _found_again(desk, place)
    act = _upload if "token" not in request.form else _give_up if "leave" in request.form else _confirm
    try:
        return act(desk, place)
    except Invalid as error:
        return _shown(desk, place, refusal=error.message)


@dataclass(frozen=True)
class _Place:
    """A page of an import: what is imported, under which blueprint, and the page to return to."""

    kind: AnyImport
    blueprint: str
    back: str

    def url(self, upload: str | None = None) -> str:
        return url_for(f"{self.blueprint}.import_{self.kind.key}", upload=upload)


def _shown(
    desk: Desk, place: _Place, row: TableImport | None = None, *, refusal: Message | None = None
) -> ResponseReturnValue:
    outcome = found(row.found) if row is not None and row.found else None
    if outcome is not None and outcome.faults and not outcome.wrong:  # nothing was tried
        refusal, outcome = outcome.faults[0].message, None
    with service().db.transaction(writes=False) as reading:
        others = [
            each for each in uploads.open_ones(reading, desk.actor, place.kind) if row is None or each.id != row.id
        ]
    page = render_template(
        "office/import.html",
        kind=place.kind,
        blueprint=place.blueprint,
        back=place.back,
        refusal=refusal,
        outcome=outcome,
        row=row,
        others=others,
        address=place.url,
        most=engine.MOST_ROWS,
        shown=SHOWN_FAULTS,
        again="token" in request.form,
        words=[field.title for field in place.kind.fields],
    )
    wrong = refusal or (outcome and not outcome.can_enter) or "token" in request.form
    return page, 422 if wrong and request.method == "POST" else 200


def _found_again(desk: Desk, place: _Place) -> ResponseReturnValue:
    """The page of an import that was left, or that is at work; without one, the form for an upload."""
    if not (token := request.args.get("upload", "")):
        return _shown(desk, place)
    return _shown(desk, place, uploads.own(desk.session, desk.actor, place.kind, token))


def _upload(desk: Desk, place: _Place) -> ResponseReturnValue:
    """Read the file and try its rows: at once, or as a job if there are many."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid("file", N_("请先选填好的 .xlsx 文件"))
    source, db = cast(BinaryIO, sent.stream), service().db
    digest = staging.digest(source)
    with db.transaction(writes=False) as reading:
        uploads.refuse_more(reading, desk.actor)
        table = read(replace(desk, session=reading), place.kind, source, spellings)
    with db.transaction(writes=True) as session:
        row = uploads.take_in(session, desk.installation.settings, desk.actor, place.kind, table, sent.filename, digest)
        _order_if_long(session, desk.actor, row)
    return _at_work(desk, place, row)


def _confirm(desk: Desk, place: _Place) -> ResponseReturnValue:
    with service().db.transaction(writes=True) as session:
        approve = request.form.get("approve") == "1"
        take = next((each for each in uploads.Take if each == request.form.get("take")), uploads.Take.ALL_NEW)
        sure = request.form.get("sure") == "1"
        row = uploads.confirm(session, desk.actor, place.kind, request.form["token"], approve, take, sure)
        _order_if_long(session, desk.actor, row)
    return _at_work(desk, place, row)


def _order_if_long(session: Session, actor: Actor, row: TableImport) -> None:
    if row.rows > uploads.SMALL:
        importing.order(session, actor, row)


def _give_up(desk: Desk, place: _Place) -> ResponseReturnValue:
    """The job that works on the table ends as well."""
    row = uploads.own(desk.session, desk.actor, place.kind, request.form["token"])
    importing.cancel(desk.session, desk.actor, row)
    uploads.give_up(desk.session, desk.installation.settings, row)
    flash(gettext("已删除，没有导入。"))
    return redirect(place.url())


def _at_work(desk: Desk, place: _Place, row: TableImport) -> ResponseReturnValue:
    """Few rows are looked at while the person waits; of many the page tells how far it is."""
    db, token = service().db, row.token
    if row.rows > uploads.SMALL:
        return redirect(place.url(token))
    work.at_once(db, desk.installation, row)
    with db.transaction(writes=False) as reading:
        row = uploads.own(reading, desk.actor, place.kind, token)
    if row.state is not ImportState.DONE:
        return _shown(desk, place, row)
    flash(gettext("已导入 %(count)s 行。", count=f"{row.done:,}"))
    if left := row.rows - row.done:
        flash(gettext("表里另有 %(count)s 行是已有的，没有导入。", count=f"{left:,}"))
    return redirect(url_for(place.back))


OFFERED: tuple[tuple[AnyImport, Blueprint, str], ...] = (
    (tables.PRODUCERS, bureau_pages, "bureau.producers"),
    (tables.CERTIFICATES, bureau_pages, "bureau.home"),
    (tables.INPUTS, bureau_pages, "bureau.farm_inputs"),
    (tables.PRODUCTS, producer_pages, "producer.home"),
    (tables.BATCHES, producer_pages, "producer.batches"),
)


def page_of(row: TableImport) -> str:
    """The address of the page on which its owner sees an import."""
    (blueprint,) = (blueprint.name for kind, blueprint, _ in OFFERED if kind.key == row.kind)
    return url_for(f"{blueprint}.import_{row.kind}", upload=row.token)


for _kind, _blueprint, _back in OFFERED:
    _offer(_kind, _blueprint, _back)
