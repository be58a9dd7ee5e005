"""Pages in the states in which they show forms that the street's pages do not: somebody waits, a batch is held, nothing is coded yet."""

from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from world import USCC, World, newcomers, signed_in, staff
from world.chains import sent, works_of
from world.fuzz import Gathered
from world.waiting import make_wait
from yipin.accounts import signin
from yipin.brands import directory
from yipin.models import (
    Account,
    Batch,
    Brand,
    Certification,
    Claim,
    ClaimNotice,
    Complaint,
    FarmCase,
    InsurancePolicy,
    Product,
    RecallAct,
    Role,
    Shipment,
)

# Pages of one thing, by the kind of its rows: in make_wait's world there are few of each, in different states.
OF_ROWS: dict[str, tuple[type, str]] = {
    "/bureau/certificates/": (Certification, "chen"),
    "/bureau/products/": (Product, "chen"),
    "/bureau/insurance/": (InsurancePolicy, "chen"),
    "/bureau/complaints/": (Complaint, "chen"),
    "/bureau/claim-notices/": (ClaimNotice, "insurer"),
    "/bureau/recall/acts/": (RecallAct, "chen"),
    "/bureau/rewards/": (Certification, "chen"),
    "/bureau/accounts/": (Account, "administrator"),
    "/producer/products/": (Product, "ama"),
}
ONE_PAGE = (
    ("chen", "/bureau/reports"),
    ("ama", "/producer/purchase"),
    ("ama", "/producer/brands"),
    ("new-no-record", "/producer/profile"),
)


def corners(world: World, app: Flask) -> tuple[Gathered, dict[str, FlaskClient]]:
    """The forms of these pages, and who was shown them."""
    make_wait(world)
    newcomers.come(world, "no record")
    newcomers.come(world, "waiting")
    for role in (Role.ADMINISTRATOR, Role.INSURER):
        staff.opened(world, role)
    works_of(world, world.ama)
    _prepare(world)
    browsers = {who: signed_in(app, who) for who in ("ama", "ben", "chen", "insurer", "administrator", "new-no-record")}
    found = Gathered()
    with world.db.read.begin() as session:
        places = [*ONE_PAGE, *_places(session)]
    for who, path in places:
        found.look_as(who, browsers[who], path)
    return found, browsers


def _prepare(world: World) -> None:
    """A batch of Ama's that nobody has touched, goods on their way to her, a disabled account, and a brand that was returned."""
    world.declare(quantity="300")
    sent(world, world.ben, world.declare(world.ben, quantity="310"), uscc=USCC["ama"], quantity="5")
    with world.db.write.begin() as session:
        row = session.scalars(sa.select(Brand).where(Brand.name == "山里红")).one()
        directory.return_(session, world.chen, row, "看不清")
        signin.disable(session, world.actor("administrator"), session.scalars(_account("new")).one())


def _account(login: str) -> sa.Select[Account]:
    return sa.select(Account).where(Account.login == login)


def _places(session: Session) -> Iterator[tuple[str, str]]:
    for start, (kind, who) in OF_ROWS.items():
        for number in session.scalars(sa.select(kind.id).order_by(kind.id)):  # type: ignore[attr-defined]
            yield who, f"{start}{number}"
    for batch in session.scalars(sa.select(Batch)):
        yield "chen", f"/bureau/batches/{batch.id_number}"
    for batch in session.scalars(sa.select(Batch).where(Batch.producer_id == 1)):
        for page in ("", "/correct", "/withdraw", "/process"):
            yield "ama", f"/producer/batches/{batch.id_number}{page}"
        yield "chen", f"/bureau/recall/reach?by=batch&number={batch.id_number}"
    for row in session.scalars(sa.select(Shipment)):
        yield "ama", f"/producer/shipments/{row.id}/receive"
    for number in session.scalars(sa.select(RecallAct.id)):
        yield "chen", f"/bureau/recall/acts/{number}/lift"
    for number in session.scalars(sa.select(Certification.id).where(Certification.state == Claim.DECLARED)):
        yield "ben", f"/producer/certificates/{number}"
    for row in session.scalars(sa.select(Brand).where(sa.or_(Brand.key == "yanling-peach", Brand.producer_id == 1))):
        yield "chen", f"/bureau/brands/{row.id}"
    for number in session.scalars(sa.select(FarmCase.id)):
        yield "chen", f"/bureau/farmcases/{number}"
    for number in (1, 2, 3, 4):
        yield "chen", f"/bureau/producers/{number}"
