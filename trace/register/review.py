"""The review (审核) of a product, and of a picture and a new description of one: an officer of the county agrees first, then another
one of the city."""

from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..errors import N_, Forbidden
from ..models import Product, ProductPicture, ProductText, Review
from .producers import must_be

Reviewed = Product | ProductPicture | ProductText
_THE_CITY_DECIDES = N_("县级已通过，等市级审核")


def agree(session: Session, actor: Actor, row: Reviewed) -> None:
    """Give the county's word, and where it is given, the city's.

    Raises Forbidden for a county officer where the city decides, and for whoever agreed for the county; Conflict when it has
    been decided.
    """
    must_be(session, row, Review.SUBMITTED, Review.COUNTY_APPROVED)
    if row.state is Review.SUBMITTED:
        row.state, row.county_approved_by = Review.COUNTY_APPROVED, actor.account_id
        return
    if not actor.is_city_officer:
        raise Forbidden(_THE_CITY_DECIDES)
    if agreed_for_the_county(actor, row):
        raise Forbidden(N_("县级审核是您办的；市级审核请由另一位监管人员办"))
    row.state, row.approved_at = Review.APPROVED, actor.at


def is_turn(actor: Actor, row: Reviewed) -> bool:
    """Whether it waits for a word of this officer's office: the county's first, then the city's."""
    return row.state is Review.SUBMITTED or (row.state is Review.COUNTY_APPROVED and actor.is_city_officer)


def agreed_for_the_county(actor: Actor, row: Reviewed) -> bool:
    """Whether this very person gave the county's word on what waits for the city's."""
    waits = row.state is Review.COUNTY_APPROVED and actor.account_id is not None
    return waits and row.county_approved_by == actor.account_id


def send_back(session: Session, actor: Actor, row: Reviewed, reason: str) -> str:
    """County or city returns it, saying what is to be mended. Returns the reason as it is kept.

    Raises Invalid without a reason, Forbidden for a county officer where the city decides, Conflict when it has been decided.
    """
    why = fields.reason(reason)
    must_be(session, row, Review.SUBMITTED, Review.COUNTY_APPROVED)
    if not is_turn(actor, row):
        raise Forbidden(_THE_CITY_DECIDES)
    row.state, row.return_reason = Review.RETURNED, why
    return why
