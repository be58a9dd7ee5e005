"""The search field of the office's frame: everything that this person may know of, by a number, a name or a telephone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access import finding
from ...access.actor import Actor
from ...codes.idnumber import spaced
from ...db.columns import Base
from ...errors import N_, Numbered
from ...models import (
    Account,
    Batch,
    Certification,
    ClaimNotice,
    CommitmentCertificate,
    Complaint,
    Inspection,
    InsurancePolicy,
    Plot,
    Producer,
    Product,
    Role,
)
from .. import hinting
from ..blueprints import search as bp
from ..rights import RULES
from ..rights.rule import A, I, O, P


@dataclass(frozen=True)
class Shelf:
    """How one kind of thing is shown: its name, its page for each role, and the words of a row."""

    title: str
    pages: dict[Role, str]
    words: Callable[[Any], str]
    ref: Callable[[Any], object] = lambda row: row.id


SHELVES: dict[type[Base], Shelf] = {
    Batch: Shelf(
        N_("批次"),
        {P: "producer.batch", O: "bureau.batch"},
        lambda row: f"{spaced(row.id_number)} {row.product.name}",
        lambda row: row.id_number,
    ),
    Producer: Shelf(N_("主体"), {O: "bureau.producer"}, lambda row: row.name),
    Product: Shelf(N_("产品"), {P: "producer.product", O: "bureau.product"}, lambda row: row.name),
    Plot: Shelf(N_("地块"), {P: "producer.farm_plot"}, lambda row: f"{row.name} {row.place}"),
    Certification: Shelf(N_("证书"), {P: "producer.certificate", O: "bureau.certificate"}, lambda row: row.number),
    CommitmentCertificate: Shelf(N_("合格证"), {P: "producer.commitment"}, lambda row: spaced(row.number)),
    InsurancePolicy: Shelf(N_("保单"), {O: "bureau.policy", I: "bureau.policy"}, lambda row: row.number),
    Complaint: Shelf(N_("投诉举报"), {O: "bureau.complaint"}, lambda row: spaced(row.number)),
    ClaimNotice: Shelf(
        N_("报案"), {O: "bureau.claim_notice", I: "bureau.claim_notice"}, lambda row: spaced(row.number)
    ),
    Inspection: Shelf(N_("检测"), {P: "producer.inspection", O: "bureau.inspection"}, lambda row: row.report_number),
    Account: Shelf(N_("账号"), {A: "bureau.account"}, lambda row: f"{row.login} {row.name}"),
}


@bp.get("/", endpoint="search")
def found(session: Session, actor: Actor) -> ResponseReturnValue:
    """What was found, kind by kind. The only thing that was found is shown at once."""
    typed = request.args.get("q", "")
    kinds = [kind for kind, shelf in SHELVES.items() if _may_open(actor, shelf)]
    groups = finding.find_all(session, actor, typed, kinds)
    if [group.total for group in groups] == [1]:
        return redirect(_page(actor, groups[0].kind, groups[0].rows[0]))
    shown = [
        (SHELVES[group.kind], group, [(row, _page(actor, group.kind, row)) for row in group.rows]) for group in groups
    ]
    names = [SHELVES[kind].title for kind in kinds]
    near = () if shown else hinting.near(session, typed, *Numbered)
    return render_template("office/find.html", typed=typed, shown=shown, kinds=names, most=finding.SHOWN, near=near)


def _may_open(actor: Actor, shelf: Shelf) -> bool:
    page = shelf.pages.get(actor.role) if actor.role else None
    return page is not None and RULES[page, "GET"].lets(actor)


def _page(actor: Actor, kind: type[Base], row: Base) -> str:
    shelf = SHELVES[kind]
    return url_for(shelf.pages[actor.role], ref=shelf.ref(row)) if actor.role else ""
