"""Two batches of one product coded in the same moment share one certificate's yearly quantity and never pass it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa

from world import World
from yipin.certification import claims
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.errors import Invalid
from yipin.issue.codes import CodeOrder, issue_codes
from yipin.models import Batch, CodeRange, Product


def test_two_clerks_at_once_do_not_pass_the_yearly_quantity(world: World) -> None:
    ama, chen = world.ama, world.chen
    batches = [world.declare(quantity="100", pack_size="1") for _ in range(2)]
    with world.db.write.begin() as session:
        product = session.scalars(sa.select(Product).where(Product.producer_id == ama.producer_id)).one()
        lines = (Line(str(product.id), "", "0.1", "t"),)
        paper = DeclaredCertificate("green", "LB-00-24010000000A", "2026-01-01", "2026-12-31", lines=lines)
        claims.verify(session, chen, claims.declare(session, ama, paper))
    start = Barrier(2)

    def click(batch: Batch) -> str:
        start.wait(30)
        try:
            with world.db.write.begin() as session:
                issue_codes(session, ama, world.installation, session.get_one(Batch, batch.id), CodeOrder(60, "form"))
        except Invalid as refused:
            return refused.field
        return "issued"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(click, batches))
    assert sorted(answers) == ["count", "issued"]
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.sum(CodeRange.count))) == 60
