"""For officers: the batches of their area, and the release of one. On the bureau's blueprint."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...access.visibility import visible
from ...audit import hold_causes, holds, log
from ...audit.batches import BATCHES, scans_of
from ...chain import balance, lineage, shipping, way
from ...clock import day_of
from ...farm import amounts
from ...models import Batch
from ...printing import plans
from ...printing import runs as printing_runs
from ...provenance import claims
from ...scan import clone_cases, pack_facts
from .. import forms, list_frame
from ..blueprints import bureau as bp
from ..guard import service
from ..page_number import shown
from . import clearance

list_frame.shown_at("bureau.batches", BATCHES)


@bp.get("/batches")
def batches(session: Session, actor: Actor) -> ResponseReturnValue:
    found = list_frame.framed(session, actor, BATCHES)
    return render_template("bureau/batches.html", found=found, policy=service().installation.policy)


@bp.get("/batches/<ref>")
def batch(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    return batch_page(session, actor, found)


def batch_page(
    session: Session,
    actor: Actor,
    found: Batch,
    form: forms.ReasonForm | None = None,
    weighing: forms.ReasonForm | None = None,
) -> ResponseReturnValue:
    """A batch as its officer sees it. It shows the refused form, if one was refused: the release, or the word on its amount."""
    ranges, runs = plans.ranges_of(session, found), plans.runs_of(session, found)
    voided = printing_runs.voided(session, found)
    page = render_template(
        "bureau/batch.html",
        batch=found,
        ranges=ranges,
        runs=runs,
        voided=shown(voided, "voided"),
        form=form or forms.ReasonForm(formdata=None),
        weighing=weighing or forms.ReasonForm(formdata=None),
        odd=amounts.why(found),
        holding=hold_causes.acts_over(session, [found.id]).get(found.id, ()),
        policy=service().installation.policy,
        said=claims.of_batch(session, found, day_of(actor.at)),
        scans=scans_of(session, found),
        **_copies(session, actor, found),
        **_way(session, actor, found),
        **clearance.facts_for_officers(session, actor, found),
        events=log.events_of(session, found, *ranges, *runs, *voided),
    )
    return page, 422 if form or weighing else 200


def _copies(session: Session, actor: Actor, found: Batch) -> dict[str, object]:
    """The packs whose labels may have been copied, and the officers' cases of them."""
    copies = pack_facts.likely_copied(session, found, service().installation.policy)
    cases = clone_cases.of_packs(session, actor, found, [one.ordinal for one in copies])
    return {"copies": copies, "clone_cases": cases, "shipped_to": pack_facts.shipped_to}


def _way(session: Session, actor: Actor, found: Batch) -> dict[str, object]:
    """The whole way of a batch, its customers, and the batches on the way that this officer may open (`ours`)."""
    whole = way.way_of(session, service().installation, found)
    numbers = [node.id_number for node in (*whole.upstream, *whole.downstream)] if whole else []
    ours = visible(actor, Batch).with_only_columns(Batch.id_number).where(Batch.id_number.in_(numbers))
    return {
        "way": whole,
        "shipments": shipping.shipments_of(session, found),
        "ledger": balance.ledger(session, found),
        "links": [*lineage.links_into(session, found), *lineage.links_from(session, found)],
        "ours": set(session.scalars(ours)),
    }


@bp.post("/batches/<ref>/release")
def release(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    """End the hold of one batch. Hold and recall are acts on all that a batch reaches: they are `recall`'s."""
    form = forms.ReasonForm()
    if not form.done(session, lambda: holds.release(session, actor, found, form.reason.data or "")):
        return batch_page(session, actor, found, form)
    flash(gettext("已解除冻结。"))
    return redirect(url_for("bureau.batch", ref=found.id_number))
