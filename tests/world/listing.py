"""The rows of a list as a person sees it, for tests that ask who knows of what."""

from typing import Any

from sqlalchemy.orm import Session

from yipin.access.actor import Actor
from yipin.listing import finding
from yipin.listing.asked import Asked
from yipin.listing.listof import ListOf
from yipin.paging import Page


def listed(session: Session, listing: ListOf, who: Actor, page: int = 1, **asked: str) -> Page[Any]:
    """One page of a list, asked as its address would ask."""
    return finding.page(session, listing, who, Asked.of(listing, who, asked), page)
