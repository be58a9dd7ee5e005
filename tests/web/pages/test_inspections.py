"""Tests of batches as growers and officers enter them, and the draw of those to be inspected."""

import io

from flask import Flask

from world import World, signed_in
from world.reading import see
from world.uploads import pdf
from yipin.models import Batch, BatchState

REPORT = {
    "kind": "commissioned",
    "lab": "某检测中心",
    "report_number": "R-1",
    "sampled_on": "2026-07-18",
    "reported_on": "2026-07-19",
    "name-0": "克百威",
    "value-0": "0.3 mg/kg",
    "limit-0": "0.02",
    "passed": "yes",
    "key": "form-0001",
}


def test_a_failed_test_is_kept_with_its_paper_and_holds_the_batch_at_once(world: World, app: Flask) -> None:
    batch, ama, chen = world.declare(), signed_in(app, "ama"), signed_in(app, "chen")
    address = f"/producer/batches/{batch.id_number}/inspection"
    refused = ama.post(address, data=REPORT | {"name-0": "", "value-0": "", "failed-0": "on", "lab": "某所"})
    assert refused.status_code == 422 and "至少写一项" in refused.text and "某所" in see(refused.text).values["lab"]
    paper = {"file": (io.BytesIO(pdf("演示报告")), "报告.pdf")}
    answer = ama.post(address, data=REPORT | {"failed-0": "on"} | paper, follow_redirects=True)
    assert "已经冻结" in answer.text and world.get(Batch, batch.id).state is BatchState.ON_HOLD
    assert "报告.pdf" in ama.get("/producer/inspections/1").text
    assert "克百威 0.3 mg/kg" in chen.get("/bureau/inspections?state=failed").text
    assert chen.post("/bureau/inspections/1/withdraw", data={"reason": ""}).status_code == 422
    assert chen.post("/bureau/inspections/1/withdraw", data={"reason": "录错了批次"}).status_code == 302
    assert "克百威 0.3" not in chen.get("/bureau/inspections?state=failed").text
    assert world.get(Batch, batch.id).state is BatchState.ON_HOLD  # until an officer ends it


def test_an_officer_enters_a_sampling_and_draws_whom_to_inspect(world: World, app: Flask) -> None:
    batch, chen = world.declare(), signed_in(app, "chen")
    world.declare(world.ben)
    sampling = f"/bureau/batches/{batch.id_number}/sampling"
    assert "监督抽检" in chen.get(sampling).text and "委托检测" not in chen.get(sampling).text
    assert chen.post(sampling, data=REPORT | {"kind": "sampling", "value-0": "未检出"}).status_code == 302
    assert "R-1" in chen.get("/bureau/inspections?state=sampling").text
    assert chen.post("/bureau/draws", data={"wanted": "0", "seed": "528"}).status_code == 422
    drawn = chen.post("/bureau/draws", data={"wanted": "1", "seed": "2026-07-20 528"}, follow_redirects=True).text
    assert "2026-07-20 528" in drawn and "和抽取时记下的一样" in drawn
    assert drawn.count("黄桃合作社") == 3  # the one drawn, and both in the table
