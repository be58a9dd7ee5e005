"""What a batch needs before it is coded: for each requirement a world in which it alone is unmet. The list names it, the act
refuses with its reason, the batch's page shows it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from world import NOW, World, farms, signed_in
from world.certificates import number_of
from world.chains import do, made, product_of, works_of
from world.printed import filled, sent
from world.reading import see
from yipin.audit import holds, log
from yipin.audit.sure import EVERYTHING
from yipin.brands import licences
from yipin.certification import claims
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.chain import acts
from yipin.chain.balance import Taken
from yipin.codes.keylist import KeyStatus
from yipin.codes.keys import set_status
from yipin.errors import Conflict, Invalid, TraceError, Unavailable
from yipin.farm import harvests
from yipin.issue.codes import CodeOrder, issue_codes
from yipin.issue.requirements import Checklist, Key, Requirement, Step
from yipin.models import Action, Batch, BrandLicence, CommitmentCertificate, Product, Review
from yipin.register import product_kinds
from yipin.register.product_kinds import ProductKind
from yipin.web.pages.requirements import PLACES

POSTGRESQL_IN_SOAK = True  # each requirement is a rule of Python over rows that other tests ask on both

SC = "SC12543022300013"


def change(world: World, batch: Batch, **values: object) -> None:
    """The product of a batch becomes so, as it may stand in a record of before the rules."""
    with world.db.write.begin() as session:
        product = session.get_one(Product, batch.product_id)
        for name, value in values.items():
            setattr(product, name, value)
        log.record(session, world.chen, Action.CASE_NOTE, product)


def under(world: World, batch: Batch, kind: ProductKind) -> Batch:
    with world.db.write.begin() as session:
        product_kinds.set_kind(session, world.chen, session.get_one(Product, batch.product_id), kind)
    return batch


def held(world: World) -> Batch:
    batch = world.declare()
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检待复核")
    return batch


def not_approved(world: World) -> Batch:
    batch = world.declare()
    change(world, batch, state=Review.RETURNED)
    return batch


def beyond_belief(world: World) -> Batch:
    """A first harvest of ten thousand tonnes, in four million packs."""
    form = replace(world.batch_form(world.ama, quantity="10000000"), said=EVERYTHING)
    with world.db.write.begin() as session:
        return harvests.declare(session, world.ama, world.installation.policy, form)


def sprayed_too_late(world: World) -> Batch:
    farms.write(world, world.ama, "spray-0001", day="2026-07-15")  # an interval of 7 days, harvested after 3
    return world.declare()


def coded_to_the_last_pack(world: World) -> Batch:
    batch = world.declare()
    world.issue(batch, 100, "before")
    return batch


def fresh(world: World) -> Batch:
    return under(world, world.declare(), ProductKind("fresh"))


def tofu(world: World) -> Batch:
    """Processed food with all that it needs."""
    beans = world.declare(product=product_of(world, world.ama, "大豆"), harvest_date="2026-07-10")
    product, works = product_of(world, world.ama, "香干"), works_of(world, world.ama)
    batch: Batch = do(
        world, acts.process, world.ama, [Taken(beans.id_number, "100", "", "1.6")], made(product, works, "160")
    )
    return under(world, batch, ProductKind("processed", "30", SC))


def without_a_food_licence(world: World) -> Batch:
    batch = tofu(world)
    change(world, batch, food_licence=None)
    return batch


def without_a_shelf_life(world: World) -> Batch:
    batch = tofu(world)
    change(world, batch, shelf_life_days=None)
    return batch


def processed_but_harvested(world: World) -> Batch:
    return under(world, world.declare(), ProductKind("processed", "30", SC))


def without_a_key(world: World) -> Batch:
    set_status(world.settings.keys, 1, KeyStatus.RETIRED, NOW)
    return world.declare()


def certified_for_less_than_a_pack(world: World) -> Batch:
    batch = world.declare()
    lines = (Line(str(batch.product_id), "", "1", "kg"),)
    with world.db.write.begin() as session:
        row = claims.declare(
            session, world.ama, DeclaredCertificate("green", number_of("green"), "2026-01-01", lines=lines)
        )
        claims.verify(session, world.chen, row)
    return batch


def without_a_brand_licence(world: World) -> Batch:
    with world.db.write.begin() as session:
        mine = sa.select(BrandLicence).where(BrandLicence.producer_id == world.ama.producer_id)
        licences.end(session, world.chen, session.scalars(mine).one(), "许可到期")
    return world.declare()


WORLDS: dict[Key, tuple[Callable[[World], Batch], type[TraceError]]] = {
    Key.ON_SALE: (held, Conflict),
    Key.APPROVED: (not_approved, Conflict),
    Key.AMOUNT: (beyond_belief, Conflict),
    Key.FARM_RECORD: (sprayed_too_late, Conflict),
    Key.QUOTA: (coded_to_the_last_pack, Invalid),
    Key.COMMITMENT: (fresh, Conflict),
    Key.FOOD_LICENCE: (without_a_food_licence, Conflict),
    Key.SHELF_LIFE: (without_a_shelf_life, Conflict),
    Key.MADE_ON_RECORD: (processed_but_harvested, Conflict),
    Key.SIGNING_KEY: (without_a_key, Unavailable),
    Key.CERTIFICATE_QUANTITY: (certified_for_less_than_a_pack, Invalid),
}


def asked(session: Session, world: World, batch: Batch) -> Checklist:
    return Checklist(session, world.installation, session.get_one(Batch, batch.id), NOW)


def unmet(world: World, batch: Batch) -> list[Requirement]:
    with world.db.read.begin() as session:
        return list(asked(session, world, batch).unmet().values())


def page_of(app: Flask, batch: Batch) -> str:
    return see(signed_in(app, "ama").get(f"/producer/batches/{batch.id_number}").text).text


@pytest.mark.parametrize("key", WORLDS)
def test_the_one_thing_that_is_missing_is_named_refused_and_shown(world: World, app: Flask, key: Key) -> None:
    batch = WORLDS[key][0](world)
    (found,) = unmet(world, batch)
    assert (found.key, found.met, found.binding) == (key, False, True) and found.cure
    assert found.reason
    with pytest.raises(WORLDS[key][1]) as refused:
        world.issue(batch, 1)
    assert refused.value.message == found.reason
    shown = found.reason.values.get("why", found.reason)  # the farm's record is shown by what stands in it
    assert "".join(str(shown).split()) in "".join(page_of(app, batch).split())


def test_without_a_licence_a_batch_is_coded_without_the_brands_name(world: World, app: Flask) -> None:
    batch = without_a_brand_licence(world)
    (found,) = unmet(world, batch)
    assert found.key is Key.BRAND_LICENCE and not found.binding and found.cure and found.cure.step is Step.BRANDS
    assert str(found.reason) in page_of(app, batch)
    assert world.issue(batch, 1).count == 1


def test_every_requirement_has_its_world_and_every_step_its_place(app: Flask, world: World) -> None:
    assert {*WORLDS, Key.BRAND_LICENCE} == set(Key) and set(PLACES) == set(Step)
    batch, browser = world.declare(), signed_in(app, "ama")
    with world.db.read.begin() as session, app.test_request_context():
        places = [place(session.get_one(Batch, batch.id)) for place in PLACES.values()]
    assert [browser.get(place).status_code for place in places] == [200] * len(places)


@pytest.mark.parametrize("ready", [World.declare, tofu])
def test_where_all_is_met_the_list_says_so_and_codes_are_issued(
    world: World, app: Flask, ready: Callable[[World], Batch]
) -> None:
    batch = ready(world)
    with world.db.read.begin() as session:
        listed = list(asked(session, world, batch))
    assert [each.key for each in listed] == list(Key)
    assert all(each.met and each.reason is None and each.cure is None for each in listed)
    assert "赋码前还要办" not in page_of(app, batch)
    assert world.issue(batch, 1).count == 1


def test_the_first_of_two_refuses(world: World) -> None:
    batch = held(world)
    change(world, batch, state=Review.RETURNED)
    assert [each.key for each in unmet(world, batch)] == [Key.ON_SALE, Key.APPROVED]
    with pytest.raises(Conflict, match="已冻结"):
        world.issue(batch, 1)


def test_a_promise_in_the_form_is_the_missing_certificate(world: World, app: Flask) -> None:
    batch, ama = fresh(world), signed_in(app, "ama")
    path = f"/producer/batches/{batch.id_number}"
    form = filled(ama, path, count="10", kind="full", promise="y")
    assert ama.post(f"{path}/codes", data={name: form[name] for name in ("count", "kind", "key")}).status_code == 422
    sent(ama, f"{path}/codes", form)
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(CommitmentCertificate.quantity)).one() == 25


def test_a_promise_that_does_not_help_is_not_kept(world: World) -> None:
    """Codes and certificate are one act: refused, it leaves neither."""
    batch = under(world, sprayed_too_late(world), ProductKind("fresh"))
    with pytest.raises(Conflict, match="不能开承诺达标合格证"), world.db.write.begin() as session:
        row = session.get_one(Batch, batch.id)
        issue_codes(session, world.ama, world.installation, row, CodeOrder(10, "form-1", promise=True))
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(CommitmentCertificate.id)) is None
    assert world.get(Batch, batch.id).certified == 0


def test_the_short_form_says_what_would_be_refused_this_time_too(world: World, app: Flask) -> None:
    batch = world.declare()
    ama = signed_in(app, "ama")
    assert "由原料批次加工而来" not in ama.get("/producer/next").text
    under(world, batch, ProductKind("processed", "30", SC))
    assert "由原料批次加工而来" in ama.get("/producer/next").text
