"""The batches of the demonstration: each from its producer to its printed labels."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import clock
from ..access.actor import Actor
from ..brands import licences
from ..codes.barcode import example_barcode
from ..codes.label.stock import stocks
from ..commitment import certificates
from ..db import Database
from ..installation.installation import Installation
from ..issue.codes import CodeOrder, issue_codes
from ..models import Batch, Brand, Plot, PrintRun, Producer, Product, RecallKind
from ..printing import plans, press, runs
from ..provenance import allowance
from ..recall import acts as recall_acts
from ..register import batches, plots, producers, products
from ..register.product_kinds import ProductKind
from . import insurance
from .people import People
from .stories import Story, made_up_uscc
from .summary import BatchSummary


@dataclass(frozen=True)
class Harvest:
    """One story, told by the grower who signs in with `login`. `number` counts the stories from 1."""

    installation: Installation
    people: People
    story: Story
    login: str
    number: int
    units: int

    def tell(self, db: Database, progress: Callable[[], None]) -> BatchSummary:
        """Register, issue, print and release, each as people do it. `progress` is called once a label."""
        with db.write.begin() as session:
            run = self._planned(session, self._batch(session))
        press.make(db, self.installation, run.id, _each(progress))
        with db.write.begin() as session:
            return self._released(session, run.id)

    def _batch(self, session: Session) -> Batch:
        """Everything before the codes: producer, plot and product with their reviews, and the batch."""
        officer = self.people.signed_in(session, "officer")
        producer = self._producer(session, officer)
        grower = self._grower(session)
        plot = self._plot(session, grower)
        self._licence(session, officer, producer)
        product = self._product(session, officer, grower)
        batch = self._declared(session, grower, product, plot)
        if self.number == 1:
            insurance.add(session, self.people.signed_in, product)
        if batch.brand_id is None:  # a demonstration is made on any day of the year
            allowance.allow(session, officer, batch, "演示：今天不在产季，演示数据仍带品牌名")
        return batch

    def _grower(self, session: Session) -> Actor:
        return self.people.signed_in(session, self.login)

    def _producer(self, session: Session, officer: Actor) -> Producer:
        story, uscc = self.story, made_up_uscc(self.story.county, self.number)
        form = producers.ProducerForm(
            story.producer, "cooperative", uscc, "", story.county, story.township, "演示联系人", "13800000000"
        )
        producer = producers.submit_producer(
            session, self._grower(session), self.installation.policy, self.installation.secrets, form, True
        )
        producers.approve_producer(session, officer, producer)
        return producer

    def _plot(self, session: Session, grower: Actor) -> Plot:
        story, place = self.story, f"{self.story.township}演示村"
        return plots.add_plot(
            session, grower, self.installation.policy, name=story.plot, county=story.county, place=place, area_mu="20"
        )

    def _licence(self, session: Session, officer: Actor, producer: Producer) -> None:
        brand = session.scalars(sa.select(Brand).where(Brand.key == self.story.brand)).one()
        number = f"演示-{self.number}"
        licences.enter(session, officer, brand, producer=producer.name, number=number, valid_from="2026-01-01")

    def _product(self, session: Session, officer: Actor, grower: Actor) -> Product:
        product = products.submit_product(
            session,
            grower,
            name=self.story.product,
            brand=self.story.brand,
            description="演示数据，非真实产品",
            kind=ProductKind(self.story.regime),
            barcode=example_barcode(self.number),
        )
        products.approve_product(session, self.people.maker, product)  # the county's review: by another person
        products.approve_product(session, officer, product)
        return product

    def _declared(self, session: Session, grower: Actor, product: Product, plot: Plot) -> Batch:
        story = self.story
        day = clock.day_of(grower.at) - timedelta(days=story.days_ago)
        amount = f"{float(story.pack_size) * self.units * 1.25:.2f}"
        form = batches.BatchForm(str(product.id), str(plot.id), day.isoformat(), amount, story.unit, story.pack_size)
        return batches.declare_batch(session, grower, form)

    def _planned(self, session: Session, batch: Batch) -> PrintRun:
        """The codes, and the run that prints them."""
        grower = self._grower(session)
        wanted = CodeOrder(self.units, "demo", promise=self.story.regime == "fresh")
        codes = issue_codes(session, grower, self.installation, batch, wanted)
        stock = stocks()[self.story.stock]
        order = plans.PrintOrder(stock, codes.first + 1, codes.count, output=self.story.output)
        return plans.plan_print(session, grower, self.installation, codes, order, "demo")

    def _released(self, session: Session, run_id: int) -> BatchSummary:
        run = session.get_one(PrintRun, run_id)
        runs.release_run(session, self._grower(session), run)
        if self.story.recalled:
            officer = self.people.signed_in(session, "officer")
            reason = "演示：召回一个已上市的批次"
            recall_acts.act(session, officer, RecallKind.RECALL, [run.batch_id], cause="演示：批次", reason=reason)
        certificate = certificates.live_of(session, run.batch_id)
        return {
            "id_number": run.batch.id_number,
            "commitment": certificate.number if certificate else None,
            "product": run.batch.product.name,
            "state": run.batch.state.value,
            "label_files": [str(press.path_of(self.installation, run))],
        }


def _each(progress: Callable[[], None]) -> Callable[[int], None]:
    """From a call for each label a call with the number of labels that are made."""
    drawn = 0

    def note(done: int) -> None:
        nonlocal drawn
        for _ in range(done - drawn):
            progress()
        drawn = done

    return note
