"""The farm's record as a grower writes and reads it."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.chains import works_of
from world.farms import form, write
from world.reading import see
from yipin import models
from yipin.farm import clearance, farmers, input_list
from yipin.models import Batch, FarmEntry, Plot

WORK = {
    "kind": "work",
    "what": "套袋",
    "day": "2026-07-02",
    "season": "2026",
    "crop": "黄桃",
    "crop_kind": "fruit",
    "operator": "Ama",
}


def entries(world: World) -> int:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(FarmEntry)) or 0


def test_an_entry_is_written_copied_and_corrected_and_all_of_it_is_there(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    blank = see(ama.get("/producer/farm/new?kind=work").text).values
    form = {name: values[0] for name, values in blank.items() if values} | WORK
    assert [ama.post("/producer/farm/new", data=form).status_code for _ in range(2)] == [302, 302]
    assert entries(world) == 1  # sent twice
    copied = see(ama.get("/producer/farm/new?copy=1").text).values
    assert (copied["what"], copied["operator"], copied["crop_kind"]) == (["套袋"], ["Ama"], ["fruit"])
    assert copied["key"] != blank["key"] and copied["day"] != ["2026-07-02"]
    correction = see(ama.get("/producer/farm/entries/1/correct").text).values
    form = {name: values[0] for name, values in correction.items() if values} | {"day": "2026-07-03"}
    refused = ama.post("/producer/farm/entries/1/correct", data=form)
    assert refused.status_code == 422 and "请填写，至少 2 个字" in refused.text and 'value="2026-07-03"' in refused.text
    assert ama.post("/producer/farm/entries/1/correct", data=form | {"reason": "日期记错了"}).status_code == 302
    page = ama.get(f"/producer/farm/plots/{form['plot']}").text
    assert "日期记错了" in page and "2026年7月2日" in page and "2026年7月3日" in page
    assert ama.post("/producer/farm/entries/2/withdraw", data={"reason": ""}).status_code == 422
    assert ama.post("/producer/farm/entries/2/withdraw", data={"reason": "写到别的地块上了"}).status_code == 302
    assert signed_in(app, "ben").get("/producer/farm/entries/1/correct").status_code == 404
    assert ama.get("/producer/farm/book.pdf?season=2026").data.startswith(b"%PDF-")


def test_the_script_is_told_what_is_wrong_field_by_field(world: World, app: Flask) -> None:
    ama, json = signed_in(app, "ama"), {"Accept": "application/json"}
    with world.db.read.begin() as session:
        plot = session.scalar(sa.text(f"SELECT min(id) FROM plots WHERE producer_id = {world.ama.producer_id}"))
    form = WORK | {"plot": str(plot), "key": "draft-of-a-phone"}
    answer = ama.post("/producer/farm/new", data=form | {"what": "", "crop": ""}, headers=json)
    assert answer.status_code == 422 and set(answer.json["wrong"]) == {"crop", "what"}
    answers = [ama.post("/producer/farm/new", data=form, headers=json).json for _ in range(2)]
    assert answers == [{"entry": 1, "held": 0}] * 2


def test_a_known_input_is_offered_with_all_that_was_written_of_it(world: World, app: Flask) -> None:
    write(world, world.ama, "draft-0001")
    page = signed_in(app, "ama").get("/producer/farm/new?kind=input").text
    assert '<option value="阿维菌素">用过</option>' in page and "联苯菊酯" in page and "（示例）" in page


def use(world: World, ama: FlaskClient) -> dict[str, str]:
    """The form of a use of 阿维菌素 on 1 July, with an interval of 7 days."""
    page = see(ama.get("/producer/farm/new?kind=input").text).values
    typed = {name: str(value) for name, value in vars(form(world, world.ama, page["key"][0])).items() if name != "said"}
    return typed | {"sender": page["sender"][0]}


def test_the_day_of_harvest_is_told_before_a_use_is_written_and_nothing_typed_is_lost(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    typed = use(world, ama)
    told = ama.post("/producer/farm/new", data=typed | {"tell": "1"})
    assert told.status_code == 200 and "隔 7 天：2026年7月8日起才能采收" in told.text and entries(world) == 0
    with world.db.write.begin() as session:
        input_list.enter(session, world.chen, name="阿维菌素", interval_days="10", source="产品标签")
    told = ama.post("/producer/farm/new", data=typed | {"tell": "1", "last_day": "2026-07-03"})
    assert "隔 10 天：2026年7月13日起才能采收" in told.text and see(told.text).values["dose"] == ["30 毫升/亩"]
    unknown = ama.post("/producer/farm/new", data=typed | {"tell": "1", "input_name": "别的药", "interval_days": ""})
    assert unknown.status_code == 200 and "会显示“无法判定”。" in unknown.text
    wrong = ama.post("/producer/farm/new", data=typed | {"tell": "1", "day": "x", "interval_days": "999"})
    assert wrong.status_code == 422 and "不是日期" in wrong.text and "应在 1 到 365 之间" in wrong.text
    fertiliser = ama.post("/producer/farm/new", data=typed | {"tell": "1", "input_kind": "fertiliser"})
    assert fertiliser.status_code == 200 and "起才能采收。" not in fertiliser.text.partition("<script")[0]
    assert entries(world) == 0
    assert ama.post("/producer/farm/new", data=typed).status_code == 302
    assert "这次用药，2026年7月11日起才能采收。" in ama.get("/producer/farm/").text


def test_what_was_used_is_a_step_of_its_own_that_a_repeated_use_finds_done(world: World, app: Flask) -> None:
    write(world, world.ama, "draft-0001")
    ama = signed_in(app, "ama")
    new, again = (ama.get(f"/producer/farm/new?{asked}").text for asked in ("kind=input", "copy=1"))
    assert '<details class="only input step" id="step-what" open>' in new
    assert '<details class="only input step" id="step-what">' in again and "阿维菌素</span></summary>" in again
    refused = ama.post("/producer/farm/new", data=use(world, ama) | {"maker": ""})
    assert refused.status_code == 422 and 'id="step-what" open>' in refused.text


def test_the_name_of_an_attached_farmer_chosen_in_the_form_stays_on_the_batch(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    assert "谁种的" not in ama.get("/producer/batches/new").text
    assert ama.post("/producer/farm/farmers", data={"name": "老谭", "place": "山垄村"}).status_code == 302
    with world.db.read.begin() as session:
        farmer = farmers.farmers_of(session, session.get_one(models.Producer, world.ama.producer_id))[0].id
    form = world.batch_form(world.ama).__dict__ | {"farmer": str(farmer), "key": "form-0001"}
    batch = ama.post("/producer/batches/new", data=form)
    assert "老谭" in ama.get(batch.headers["Location"]).text
    assert world.get(Batch, 1).attached_farmer_id == farmer


def test_a_grower_is_told_what_stands_against_a_batch_asks_and_an_officer_decides(world: World, app: Flask) -> None:
    write(world, world.ama, "draft-0001", interval_days="")
    batch, ama, chen = world.declare(), signed_in(app, "ama"), signed_in(app, "chen")
    address = f"/producer/batches/{batch.id_number}"
    assert "无法判定" in ama.get(address).text and "无法判定" in ama.get("/producer/farm/").text
    assert ama.post(f"{address}/ask").status_code == 302
    assert "已请监管人员判定" in ama.get(address).text and "请监管人员判定</button>" not in ama.get(address).text
    assert "安全间隔期不明" in chen.get("/bureau/farmcases").text
    assert chen.post("/bureau/farmcases/1/decide", data={"grant": "yes", "reason": ""}).status_code == 422
    assert chen.post("/bureau/farmcases/1/decide", data={"grant": "yes", "reason": "查过标签，7 天"}).status_code == 302
    assert "已判定放行" in ama.get(address).text
    assert world.issue(batch, 1).count == 1


def test_a_correction_after_coding_tells_the_grower_and_the_officer_that_the_batch_is_held(
    world: World, app: Flask
) -> None:
    write(world, world.ama, "draft-0001")
    world.issue(batch := world.declare(), 2)
    ama = signed_in(app, "ama")
    correction = see(ama.get("/producer/farm/entries/1/correct").text).values
    form = {name: values[0] for name, values in correction.items() if values} | {
        "kind": "input",
        "reason": "日期记错了",
    }
    answer = ama.post("/producer/farm/entries/1/correct", data=form | {"day": "2026-07-15"}, follow_redirects=True)
    said = see(answer.text).text
    assert "按这条记录，已赋码的批次被系统自动冻结" in said and "有 1 个批次被系统自动冻结，待监管人员判定" in said
    assert batch.id_number in said.replace(" ", "") and "2026年7月22日起才能采收" in said
    home = see(ama.get("/producer/").text).text
    assert "系统按生产记录自动冻结，待监管人员判定" in home and "2026年7月22日起才能采收" in home
    assert "系统按生产记录自动冻结" in see(ama.get(f"/producer/batches/{batch.id_number}").text).text
    public = see(app.test_client().get(f"/b/{batch.id_number}").text).text
    assert "系统按生产记录自动冻结这个批次，待监管人员判定" in public and "主管部门已冻结" not in public
    chen = signed_in(app, "chen")
    assert "系统自动冻结，待判定 1" in see(chen.get("/bureau/").text).text
    assert "系统按生产记录自动冻结" in see(chen.get(f"/bureau/batches/{batch.id_number}").text).text
    assert (
        "系统自动冻结" in chen.get("/bureau/farmcases").text
        and "被系统自动冻结" not in signed_in(app, "ben").get("/producer/").text
    )
    assert "不能赋码" in ama.get(f"/producer/batches/{batch.id_number}").text
    case = signed_in(app, "chen").get("/bureau/farmcases/1").text
    assert (
        "日期记错了" in case and "2026年7月22日" in case and "放行</button>" not in case.replace("不放行</button>", "")
    )


def test_a_batch_leads_to_what_belongs_to_it_whatever_season_was_typed(world: World, app: Flask) -> None:
    write(world, world.ama, "draft-0001", day="2025-12-20", season="2025", interval_days="", input_name="去年写的药")
    write(world, world.ama, "draft-0002", day="2024-12-20", season="2024", input_name="更早的药")
    batch, ama = world.declare(), signed_in(app, "ama")
    (link,) = {
        each for each in see(ama.get(f"/producer/batches/{batch.id_number}").text).links if "/farm/plots/" in each
    }
    page = ama.get(link).text
    assert "去年写的药" in page and "更早的药" not in page and "2025年7月18日起" in page
    assert "去年写的药" in signed_in(app, "chen").get(f"/bureau/batches/{batch.id_number}").text
    neighbours = world.declare(world.ben)
    assert ama.get(link.replace(batch.id_number, neighbours.id_number)).status_code == 404
    assert signed_in(app, "ben").get(link).status_code == 404
    elsewhere = works_of(world, world.ama)
    assert ama.get(f"/producer/farm/plots/{elsewhere}?batch={batch.id_number}").status_code == 404


@pytest.mark.parametrize(("today", "wait"), [("2026-07-07", 1), ("2026-07-08", 0)])
def test_a_plot_says_how_many_days_are_to_be_waited(world: World, today: str, wait: int) -> None:
    entry = write(world, world.ama, "draft-0001")  # 1 July, 7 days
    with world.db.read.begin() as session:
        found = clearance.readiness(session, [session.get_one(Plot, entry.plot_id)], date.fromisoformat(today))[
            entry.plot_id
        ]
    assert (found.wait, found.free, bool(found.against)) == (wait, date(2026, 7, 8), bool(wait))
