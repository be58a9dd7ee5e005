"""For anyone: the page of a commitment certificate, and a buyer's list of several checked at once, also as an Excel file.
On the public blueprint; no log-in, no script."""

from collections.abc import Iterator, Sequence

from flask import jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...commitment import certificates
from ...commitment.forms import BASIS_WORDS
from ...commitment.numbers import MOST
from ...errors import N_, Invalid, Message
from ...scan.certificate_check import STANDING_WORDS, Checked, Standing, check, check_all
from ...sheets import writer
from ...sheets.writer import Kind
from .. import hinting
from ..answer_json import log_of
from ..blueprints import public as bp
from ..errors import wants_json
from ..export_file import send
from ..language import moment, say
from ..places import place_of

MOODS = {
    Standing.LIVE: "genuine",
    Standing.ON_HOLD: "on_hold",
    Standing.RECALLED: "recalled",
    Standing.VOID: "void",
    Standing.UNKNOWN: "unknown",
    Standing.MISREAD: "unknown",
}
HEADS = (
    N_("编号"),
    N_("结论"),
    N_("产品"),
    N_("数量"),
    N_("单位"),
    N_("产地"),
    N_("承诺主体"),
    N_("开具日期"),
    N_("承诺依据"),
    N_("批次身份证号"),
    N_("说明"),
)
KINDS = {N_("数量"): Kind.AMOUNT, N_("开具日期"): Kind.DAY}


@bp.get("/c/<number>")
def commitment(session: Session, actor: Actor, number: str) -> ResponseReturnValue:
    """The page to which the symbol on a certificate leads."""
    found = check(session, number, hinting.anybody())
    if found.standing is Standing.MISREAD and (place := place_of(number)):
        return redirect(place)
    status = 200 if found.row else 404
    if wants_json():
        return jsonify(_as_json(found)), status
    row = found.row
    page = render_template(
        "public/commitment.html",
        found=found,
        row=row,
        words=STANDING_WORDS,
        moods=MOODS,
        template=row and certificates.template_of(row),
        bases=certificates.bases_of(row) if row else [],
        basis_words=BASIS_WORDS,
        at=actor.at,
    )
    return page, status


def _as_json(found: Checked) -> dict[str, object]:
    row = found.row
    told: dict[str, object] = {
        "asked": found.typed,
        "standing": found.standing,
        "standing_text": gettext(STANDING_WORDS[found.standing]),
        "reason": say(found.message),
        "buyers": found.buyers if row else None,
        "certificate": None,
    }
    if row:
        told["certificate"] = {
            "number": row.number,
            "template": row.template,
            "product": row.product,
            "quantity": f"{row.quantity:f}",
            "unit": row.unit,
            "place": row.place,
            "subject": row.subject,
            "issued_on": row.issued_on.isoformat(),
            "basis": [basis.value for basis in certificates.bases_of(row)],
            "batch": row.batch.id_number,
            "log": log_of(found.leaf, row.number),
        }
    return told


@bp.get("/c")
def check_commitments(session: Session, actor: Actor) -> ResponseReturnValue:
    """A buyer types or scans several numbers and gets them checked."""
    typed = request.args.get("q", "")
    found, wrong = _checked(session, typed)
    page = render_template(
        "public/commitments.html",
        typed=typed[:8000],
        found=found,
        wrong=wrong,
        words=STANDING_WORDS,
        moods=MOODS,
        most=MOST,
        at=actor.at,
    )
    return page, 422 if wrong else 200


def _checked(session: Session, typed: str) -> tuple[Sequence[Checked], Message | None]:
    try:
        return check_all(session, typed, hinting.anybody()), None
    except Invalid as error:
        return [], error.message


@bp.get("/c.xlsx")
def commitments_xlsx(session: Session, actor: Actor) -> ResponseReturnValue:
    """The same list as a file, to be kept with the goods' papers."""
    found, _ = _checked(session, request.args.get("q", ""))
    heads = [writer.Column(say(title), KINDS.get(title, Kind.TEXT), None if title in KINDS else 22) for title in HEADS]
    title = gettext("已核对的合格证")
    sheet = writer.Sheet(title, title, heads, _rows(found), [gettext("核对时间：%(moment)s", moment=moment(actor.at))])
    return send(actor, title, sheet)


def _rows(found: Sequence[Checked]) -> Iterator[list[object]]:
    for each in found:
        row, standing, why = each.row, gettext(STANDING_WORDS[each.standing]), say(each.message)
        if row is None:
            yield [each.typed, standing, *[None] * (len(HEADS) - 3), why]
            continue
        bases = "、".join(certificates.template_of(row).basis[basis] for basis in certificates.bases_of(row))
        yield [
            row.number,
            standing,
            row.product,
            row.quantity,
            gettext(row.unit),
            row.place,
            row.subject,
            row.issued_on,
            bases,
            row.batch.id_number,
            why if each.standing is not Standing.LIVE else None,
        ]
