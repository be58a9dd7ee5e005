"""Tables from Excel: a template to download, an upload, a preview that names every wrong cell, and a confirmation. Each
kind of table has its page, for officers or for producers."""

import io
from collections.abc import Sequence
from typing import BinaryIO, cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor, own_producer
from ...errors import N_, Invalid, Message
from ...imports import engine, staging, tables
from ...imports.engine import Desk, Import, Outcome
from ...sheets import template
from ..blueprints import bureau as bureau_pages
from ..blueprints import producer as producer_pages
from ..export_file import TYPE
from ..guard import TABLES, service
from ..language import LANGUAGES, say

GUIDANCE = N_("从示例行的下一行填起，带 * 的必填；不要改表头，不要合并单元格。填好存为 .xlsx，回到网页上传。")


def _offer(kind: Import, blueprint: Blueprint, back: str) -> None:
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


def _template(desk: Desk, kind: Import) -> ResponseReturnValue:
    blanks = []
    for wanted in kind.fields:
        options = [say(word) for word in wanted.options(desk)] if wanted.options else []
        example = say(wanted.example) or (options[0] if options else "")
        blanks.append(template.Blank(say(wanted.title), say(wanted.hint), example, wanted.required, options))
    out, marks = io.BytesIO(), template.Marks(say(engine.MARK), say(engine.HINT), say(engine.EXAMPLE))
    template.write(out, say(kind.title), say(GUIDANCE), marks, blanks, say(N_("选项")))
    out.seek(0)
    return send_file(out, TYPE, as_attachment=True, download_name=f"{say(kind.title)}.xlsx")


def _page(desk: Desk, kind: Import, blueprint: str, back: str) -> ResponseReturnValue:
    if desk.actor.producer_id is not None or blueprint == "producer":
        with service().db.transaction(writes=False) as reading:  # the write lock is not taken before the table is read
            own_producer(reading, desk.actor)
    if request.method == "GET":
        return _shown(kind, blueprint, back)
    act = _confirm if request.form.get("token") else _upload
    try:
        return act(desk, kind, blueprint, back)
    except Invalid as error:
        desk.session.rollback()
        return _shown(kind, blueprint, back, refusal=error.message)


def _shown(
    kind: Import,
    blueprint: str,
    back: str,
    *,
    refusal: Message | None = None,
    outcome: Outcome | None = None,
    token: str = "",
    name: str = "",
) -> ResponseReturnValue:
    page = render_template(
        "office/import.html",
        kind=kind,
        blueprint=blueprint,
        back=back,
        refusal=refusal,
        outcome=outcome,
        token=token,
        name=name,
        most=engine.MOST_ROWS,
        words=[field.title for field in kind.fields],
    )
    return page, 422 if refusal or (outcome and outcome.wrong) else 200


def _upload(desk: Desk, kind: Import, blueprint: str, back: str) -> ResponseReturnValue:
    """Check the file. It is kept only when every row can be imported."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid("file", N_("请先选填好的 .xlsx 文件"))
    source = cast(BinaryIO, sent.stream)
    trial = _with_digest(desk, staging.digest(source))
    outcome = engine.preview(trial, kind, source, spellings)
    token = "" if outcome.wrong else staging.keep(desk.installation.settings, desk.actor, kind.key, source)
    return _shown(kind, blueprint, back, outcome=outcome, token=token, name=sent.filename[-60:])


def _confirm(desk: Desk, kind: Import, blueprint: str, back: str) -> ResponseReturnValue:
    approve = kind.can_approve and request.form.get("approve") == "1"
    with staging.taken(desk.installation.settings, desk.actor, kind.key, request.form["token"]) as file:
        working = _with_digest(desk, staging.digest(file), approve)
        outcome = engine.bring_in(working, kind, file, spellings)
        desk.session.commit()
    if outcome.wrong:  # the record has changed since the preview
        return _shown(kind, blueprint, back, outcome=outcome)
    flash(gettext("已导入 %(count)s 行。", count=f"{outcome.rows:,}"))
    return redirect(url_for(back))


def _with_digest(desk: Desk, digest: str, approve: bool = False) -> Desk:
    return Desk(desk.session, desk.actor, desk.installation, digest, approve)


OFFERED: tuple[tuple[Import, Blueprint, str], ...] = (
    (tables.PRODUCERS, bureau_pages, "bureau.producers"),
    (tables.CERTIFICATES, bureau_pages, "bureau.home"),
    (tables.INPUTS, bureau_pages, "bureau.farm_inputs"),
    (tables.PRODUCTS, producer_pages, "producer.home"),
    (tables.BATCHES, producer_pages, "producer.batches"),
)
for _kind, _blueprint, _back in OFFERED:
    _offer(_kind, _blueprint, _back)
