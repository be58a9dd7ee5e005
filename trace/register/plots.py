"""Plots (地块) of a producer, and the works where it processes: added and mended by the grower; archived by `archiving`.

What was sold keeps what it said: a batch has the place of its plot as it was when the batch came to be. The area counts from
the moment it is mended.
"""

from decimal import Decimal
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import log
from ..audit.corrections import changes
from ..audit.plausible import figure, question, unusual, usual_of
from ..audit.sure import NOTHING, Question, Said, ask, told
from ..db import lock
from ..errors import N_, Invalid, Message
from ..models import Action, Plot, PlotKind, Producer
from ..names import normal_form
from ..policy.policy import Policy

CORRECTED = {  # the words of what may be mended, by the key that its event keeps
    "plot_name": N_("地块名称"),
    "plot_place": N_("地块所在的乡镇、村"),
    "plot_area_mu": N_("地块面积（亩）"),
}


def add_plot(
    session: Session,
    actor: Actor,
    policy: Policy,
    *,
    name: str,
    county: str,
    place: str,
    area_mu: str,
    kind: str = PlotKind.FIELD,
    said: Said = NOTHING,
) -> Plot:
    """A plot of the actor's producer, or its works; `area_mu` in 亩, `place` as fine as a village.

    Raises Invalid for any field, and for a name that another plot of the producer has, Unsure for an area that is beyond what is
    usual.
    """
    producer = own_producer(session, actor)
    with fields.Together() as read:
        plot = Plot(
            producer_id=producer.id,
            **(read(_typed, name, place, area_mu) or {}),
            county=read(policy.county, county),
            kind=read(fields.choice, "kind", PlotKind, kind),
        )
    _refuse_taken(session, producer, plot.name)
    asked = ask(said, [_odd_area(producer, plot.area_mu, policy)])
    session.add(plot)
    log.record(session, actor, Action.PLOT_ADD, plot, None, name=plot.name, **told(asked))
    return plot


def change_plot(
    session: Session,
    actor: Actor,
    policy: Policy,
    plot: Plot,
    *,
    name: str,
    place: str,
    area_mu: str,
    said: Said = NOTHING,
) -> None:
    """Give a plot another name, place or area (亩). The old values stand in the event; batches keep their place.

    Raises Invalid for any field, and for a name that another plot of the producer has, Conflict if all is as it was, Unsure for a
    new area that is beyond what is usual.
    """
    producer = own_producer(session, actor)
    lock(session, plot)
    new = _typed(name, place, area_mu)
    _refuse_taken(session, producer, new["name"], plot)
    corrected = changes(_kept(plot), {f"plot_{key}": value for key, value in new.items()})
    odd = _odd_area(producer, new["area_mu"], policy, plot) if "plot_area_mu" in corrected else None
    asked = ask(said, [odd])
    plot.name, plot.place, plot.area_mu = new["name"], new["place"], new["area_mu"]
    log.record(session, actor, Action.PLOT_CHANGE, plot, None, corrected=corrected, **told(asked))


class _Typed(TypedDict):
    name: str
    place: str
    area_mu: Decimal


def _typed(name: str, place: str, area_mu: str) -> _Typed:
    with fields.Together() as read:
        return {
            "name": read(fields.name, "name", name, most=30),
            "place": read(fields.name, "place", place, most=40),
            "area_mu": read(fields.area, "area_mu", area_mu),
        }


def _kept(plot: Plot) -> dict[str, object]:
    return {"plot_name": plot.name, "plot_place": plot.place, "plot_area_mu": plot.area_mu}


def _refuse_taken(session: Session, producer: Producer, name: str, own: Plot | None = None) -> None:
    same = sa.select(Plot).where(Plot.producer_id == producer.id, Plot.name_normal == normal_form(name))
    other = session.scalar(same.where(Plot.id != (own.id if own else 0)))
    if other is not None and other.is_archived:
        raise Invalid("name", N_("已归档的地里有一块叫“%(name)s”；请恢复它，或者换个名字"), name=name)
    if other is not None:
        raise Invalid("name", N_("您已经有一块叫“%(name)s”的地，请换个名字"), name=name)


def _odd_area(producer: Producer, area_mu: Decimal, policy: Policy, own: Plot | None = None) -> Question | None:
    """Beyond ten times the producer's usual plot; where none is usual yet, beyond what the policy file says of its kind."""
    earlier = [plot.area_mu for plot in reversed(producer.plots) if plot is not own]
    if usual_of(earlier) is not None:
        return unusual(Message(N_("面积")), area_mu, earlier, N_("亩"))
    most = policy.amounts.plot_mu[producer.kind]
    if area_mu <= most:
        return None
    says = N_("这块地写的是 %(area)s 亩，一块地很少有超过 %(most)s 亩的。")
    return question(Message(says, {"area": figure(area_mu), "most": figure(most)}))
