"""The officer's forms: an act without a reason, one that came too late, a certificate or policy that cannot be. The
message says what is wrong, all that was typed is still there, and nothing is written."""

from dataclasses import replace

import sqlalchemy as sa
from flask import Flask

from world import Sold, World, signed_in
from world.complaints import SCRIPT, Bad, complaints, refuse_complaints
from world.reading import see
from world.recalls import stop
from yipin.models import Producer, Product


def test_an_officers_act_without_a_reason(world: World, app: Flask, sold: Sold) -> None:
    chen, path = signed_in(app, "chen"), f"/bureau/batches/{sold.batch.id_number}/"
    cases = [
        Bad("请填写", {"reason": ""}),
        Bad("请填写", {"reason": "嗯"}),
        Bad("U+003C", {"reason": SCRIPT}),
        Bad("太长", {"reason": "因" * 301}),
    ]
    for kind in ("hold", "recall", "drill"):
        asked = [replace(case, keeps=False) for case in cases]  # the kind is a button, which keeps nothing
        refuse_complaints(complaints(world, chen, "/bureau/recall/stop", cause(sold, kind), asked))
        refused = chen.post("/bureau/recall/stop", data=cause(sold, kind) | {"reason": "嗯"})
        assert see(refused.text).values["reason"] == ["嗯"] and refused.status_code == 422
    stop(chen, sold.batch, "hold", "抽检不合格")
    refuse_complaints(complaints(world, chen, path + "release", {}, cases))


def cause(sold: Sold, kind: str) -> dict[str, str]:
    return {"by": "batch", "number": sold.batch.id_number, "kind": kind}


def test_an_officers_act_on_a_batch_that_another_has_dealt_with(world: World, app: Flask, sold: Sold) -> None:
    chen, path, right = signed_in(app, "chen"), f"/bureau/batches/{sold.batch.id_number}/", {"reason": "抽检不合格"}
    sure = right | {"seen": "1", "sure": "1"}
    refuse_complaints(complaints(world, chen, path + "release", right, [Bad("没有冻结", keeps=False)]))
    for kind in ("hold", "recall"):
        assert chen.post("/bureau/recall/stop", data=sure | cause(sold, kind)).status_code == 302
        told = [Bad("都已经停下", keeps=False)]
        refuse_complaints(complaints(world, chen, "/bureau/recall/stop", sure | cause(sold, kind), told))
    refuse_complaints(complaints(world, chen, path + "release", right, [Bad("召回不能撤销", keeps=False)]))


def test_a_review_that_another_has_dealt_with_or_without_a_reason(world: World, app: Flask) -> None:
    chen = signed_in(app, "chen")
    with world.db.read.begin() as session:
        producer, product = (session.scalar(sa.select(sa.func.min(kind.id))) for kind in (Producer, Product))
    for path in (f"/bureau/producers/{producer}/return", f"/bureau/products/{product}/return"):
        refuse_complaints(complaints(world, chen, path, {"reason": "资料不全"}, [Bad("已经办过了", keeps=False)]))


def test_a_certificate_with_wrong_dates_or_number(world: World, app: Flask, sold: Sold) -> None:
    chen, product = signed_in(app, "chen"), sold.batch.product_id
    right = {"scheme": "green", "number": "LB-00-24010000000A", "valid_from": "2026-01-01", "valid_to": "2027-01-01"}
    cases = [
        Bad("早于起始日", {"valid_to": "2025-12-31"}),
        Bad("不是日期", {"valid_from": ""}),
        Bad("没有", {"valid_to": "2026-02-30"}),
        Bad("如 LB-00-", {"number": "1"}),
        Bad("U+1F351", {"number": "LB🍑1234"}),
    ]
    refuse_complaints(complaints(world, chen, f"/bureau/products/{product}/certifications", right, cases))
