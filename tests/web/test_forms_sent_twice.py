"""A form sent twice, by an impatient finger or a browser that tries again, does its work once."""

import sqlalchemy as sa
from flask import Flask

from world import World, signed_in
from world.complaints import MEASURES, Bad, complaints, refuse_complaints
from world.insured import GOOD
from world.reading import see
from yipin.models import Batch, CodeRange, PrintRun, Product

BOTH_DATABASES = True  # the two lock differently


def rows(world: World, kind: type) -> int:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def test_the_form_for_codes_sent_twice_issues_once(world: World, app: Flask) -> None:
    batch, ama = world.declare(), signed_in(app, "ama")
    key = see(ama.get(f"/producer/batches/{batch.id_number}").text).values["key"][0]
    path, form = f"/producer/batches/{batch.id_number}/codes", {"count": "10", "key": key}
    answers = [ama.post(path, data=form) for _ in range(3)]
    assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1
    assert rows(world, CodeRange) == 1 and world.get(Batch, batch.id).reserved == 10
    refuse_complaints(complaints(world, ama, path, form | {"count": "11"}, [Bad("已经提交过，赋了 10 个码")]))
    fresh = see(ama.get(f"/producer/batches/{batch.id_number}").text).values["key"][0]
    assert fresh != key


def test_the_form_for_labels_sent_twice_prints_once(world: World, app: Flask) -> None:
    codes, ama = world.issue(world.declare(), 2), signed_in(app, "ama")
    path = f"/producer/codes/{codes.id}/print"
    form = {name: values[0] for name, values in see(ama.get(path).text).values.items() if values}
    answers = [ama.post(path, data=form) for _ in range(3)]
    assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1
    assert rows(world, PrintRun) == 1


def test_other_forms_sent_twice_make_one_thing_and_say_so(world: World, app: Flask) -> None:
    ama, chen, stranger = signed_in(app, "ama"), signed_in(app, "chen"), app.test_client()
    with world.db.read.begin() as session:
        product, number = session.execute(sa.select(Product.id, Product.id_number).order_by(Product.id)).first()
    certificate = {
        "scheme": "green",
        "number": "LB-00-24010000000A",
        "valid_from": "2026-01-01",
        "valid_to": "2027-01-01",
    }
    policy = GOOD | {"subject": number}
    for browser, path, form in (
        (ama, "/producer/plots", {"name": "后坡", "county": "430225", "place": "山垄村", "area_mu": "3"}),
        (ama, "/producer/products/new", {"name": "白桃", "commodity": "桃", "regime": "other"}),
        (ama, "/producer/paper/printers", {"name": "打印机"}),
        (ama, "/producer/paper/stocks", MEASURES),
        (chen, f"/bureau/products/{product}/certifications", certificate),
        (chen, "/bureau/insurance/new", policy),
        (stranger, "/join", {"login": "dora-1", "name": "Dora", "password": "some plain sentence"}),
    ):
        assert browser.post(path, data=form).status_code == 302, path
        refuse_complaints(complaints(world, browser, path, form, [Bad("已经")]))


def test_the_form_for_a_batch_sent_twice_declares_once(world: World, app: Flask) -> None:
    ama, form = signed_in(app, "ama"), vars(world.batch_form(world.ama))
    key = see(ama.get("/producer/batches/new").text).values["key"][0]
    answers = [ama.post("/producer/batches/new", data=form | {"key": key}) for _ in range(3)]
    assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1
    assert rows(world, Batch) == 1
