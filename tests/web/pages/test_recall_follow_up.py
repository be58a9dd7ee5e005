"""What comes of a hold or recall, by its pages: growers state what came back, officers lift what is held and close with a report."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.reading import see
from world.recalls import stop
from world.waiting import later
from yipin.models import Batch, BatchState, RecallAct, RecallKind
from yipin.recall import acts

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


@pytest.fixture
def ama(app: Flask) -> FlaskClient:
    return signed_in(app, "ama")


@pytest.fixture
def batch(world: World) -> Batch:
    return world.declare()


def test_a_grower_states_what_came_back_and_the_officer_sees_it_and_closes(
    world: World, chen: FlaskClient, ama: FlaskClient, batch: Batch
) -> None:
    stop(chen, batch, "recall", "检出违禁农药")
    act = "/bureau/recall/acts/1"
    assert "未报" in chen.get(act).text and "还没有看" in chen.get(act).text
    assert "还有 1 批没有填报追回了多少" in see(ama.get("/producer/").text).text
    (notice,) = [link for link in see(ama.get("/producer/notices").text).links if link.startswith("/producer/notices/")]
    (form,) = [link for link in see(ama.get(notice).text).links if "/figures/" in link]
    wrong = ama.post(form, data={"recovered": "5", "destroyed": "4", "kept": "3", "remark": "单据 7"})
    assert wrong.status_code == 422 and "比追回的 5 还多" in wrong.text
    assert see(wrong.text).values["remark"] == ["单据 7"] and see(wrong.text).values["recovered"] == ["5"]
    assert ama.post(form, data={"recovered": "5", "destroyed": "5", "remark": "单据 7"}).status_code == 302
    assert "没有填报追回" not in see(ama.get("/producer/").text).text
    page = see(chen.get(act).text).text
    assert "5 kg" in page and "单据 7" in page and "追回：" in page  # as a history too
    assert chen.post(f"{act}/close", data={"report": "都销毁了"}).status_code == 302
    assert "已结案" in chen.get("/bureau/recall").text and "都销毁了" in chen.get(act).text
    late = ama.post(form, data={"recovered": "6", "destroyed": "5"})
    assert late.status_code == 422 and "已经结案" in late.text


def test_closing_without_a_figure_asks_why_and_keeps_the_report(chen: FlaskClient, batch: Batch) -> None:
    stop(chen, batch, "recall", "检出违禁农药")
    page = see(chen.get("/bureau/recall/acts/1").text)
    assert "还有 1 批没有报齐" in page.text and "missing" in page.values and "1批没有报齐" in page.text
    refused = chen.post("/bureau/recall/acts/1/close", data={"report": "查不到下落"})
    assert refused.status_code == 422 and "还有 1 批没有报齐" in refused.text and "查不到下落" in refused.text
    done = chen.post("/bureau/recall/acts/1/close", data={"report": "查不到下落", "missing": "主体联系不上"})
    assert done.status_code == 302
    back = chen.post("/bureau/recall/acts/1/reopen", data={"reason": ""})
    assert back.status_code == 422
    assert chen.post("/bureau/recall/acts/1/reopen", data={"reason": "找到了"}).status_code == 302
    assert "主体联系不上" in chen.get("/bureau/recall/acts/1").text  # in the history


def test_the_page_says_what_is_freed_and_what_stays_and_for_which_cause_before_it_is_lifted(
    world: World, chen: FlaskClient, batch: Batch
) -> None:
    other = world.declare(world.ben)
    for hours, cause, some in ((1, "投入品", (batch, other)), (2, "供货人", (other,))):
        with world.db.write.begin() as session:
            who, ids = later(world.chen, hours=hours), [row.id for row in some]
            acts.act(session, who, RecallKind.HOLD, ids, cause=cause, reason="先停下")
    page = see(chen.get("/bureau/recall/acts/1/lift").text)
    assert "1批会解除" in page.text and "1批为别的起因还冻结着" in page.text and "成批冻结，起因：供货人" in page.text
    assert page.values["seen"] == ["1"]
    assert chen.post("/bureau/recall/acts/1/lift", data={"seen": "1", "reason": ""}).status_code == 422
    changed = chen.post("/bureau/recall/acts/1/lift", data={"seen": "2", "reason": "复检合格"})
    assert changed.status_code == 422 and "现在是 1 批" in changed.text
    assert world.get(Batch, batch.id).state is BatchState.ON_HOLD
    done = chen.post("/bureau/recall/acts/1/lift", data={"seen": "1", "reason": "复检合格"}, follow_redirects=True)
    assert "已解除冻结 1 批，还有 1 批为别的起因冻结着" in see(done.text).text
    assert [world.get(Batch, row.id).state for row in (batch, other)] == [BatchState.ON_SALE, BatchState.ON_HOLD]
    assert world.get(RecallAct, 1).lifted_at is not None
    assert chen.get("/bureau/recall/acts/1/lift").status_code == 409


def test_what_is_lifted_is_told_and_stands_on_no_home_page_any_more(
    world: World, app: Flask, chen: FlaskClient, ama: FlaskClient, batch: Batch
) -> None:
    stop(chen, batch, "hold", "先停下")
    assert "请马上停止销售" in ama.get("/producer/").text
    chen.post("/bureau/recall/acts/1/lift", data={"seen": "1", "reason": "复检合格"})
    assert "请马上停止销售" not in ama.get("/producer/").text
    assert "成批冻结已解除" in see(ama.get("/inbox/").text).text
    assert "复检合格" in ama.get("/producer/notices/1").text


def test_an_officer_states_what_a_grower_told_by_telephone(chen: FlaskClient, batch: Batch) -> None:
    stop(chen, batch, "recall", "检出违禁农药")
    (form,) = [link for link in see(chen.get("/bureau/recall/acts/1").text).links if "/figures/" in link]
    assert chen.post(form, data={"recovered": "0"}).status_code == 302
    assert (
        "批没有报齐" in chen.get("/bureau/recall/acts/1").text and "未报" not in chen.get("/bureau/recall/acts/1").text
    )
    assert chen.get("/bureau/recall/acts/1/figures/430225AAAAAAAAA0").status_code == 404
