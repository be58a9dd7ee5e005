"""The list of inputs as officers keep it and growers read it."""

import io

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.complaints import SCRIPT, Bad, complaints, refuse_complaints
from world.farms import write
from world.reading import see
from world.tables import bring_in, filled, upload
from yipin import paging
from yipin.errors import Conflict
from yipin.farm import input_list
from yipin.models import BatchState, FarmInput

LINE = {
    "banned": "no",
    "name": "阿维菌素",
    "registration": "",
    "crop": "黄桃",
    "crop_kind": "fruit",
    "max_uses": "2",
    "interval_days": "14",
    "source": "阿维菌素产品标签",
}
BAN = LINE | {
    "banned": "yes",
    "name": "克百威",
    "crop": "",
    "max_uses": "",
    "interval_days": "",
    "source": "某公告第一条",
}
NEW, LIST = "/bureau/inputs/new", "/bureau/inputs"


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


def test_an_officer_enters_a_line_that_judges_at_once_and_takes_it_off_with_a_reason(
    world: World, app: Flask, chen: FlaskClient
) -> None:
    write(world, world.ama, "draft-0001", day="2026-07-10")  # its label says 7 days, the harvest is on the 18th
    batch = world.declare()
    assert "清单还是空的" in chen.get(LIST).text and "可采收" in signed_in(app, "ama").get("/producer/farm/").text
    entered = chen.post(NEW, data=LINE, follow_redirects=True).text
    assert "从现在起按它判断" in entered and "登记投入品" in entered and "Chen" in entered
    with pytest.raises(Conflict, match="2026年7月24日起才能采收"):
        world.issue(batch, 1)
    assert chen.post(f"{LIST}/1/end", data={"reason": ""}).status_code == 422
    gone = chen.post(f"{LIST}/1/end", data={"reason": "间隔期填错了"}, follow_redirects=True)
    assert "不再按它判断" in gone.text and "清单还是空的" in gone.text
    assert "间隔期填错了" in chen.get(f"{LIST}?state=ended").text
    page = chen.get(f"{LIST}/1").text
    assert "已移出" in page and "间隔期填错了" in page and "移出清单</button>" not in page
    assert world.issue(batch, 1).count == 1


def test_a_line_that_another_has_taken_off_is_not_taken_off_again(world: World, chen: FlaskClient) -> None:
    chen.post(NEW, data=LINE)
    assert chen.post(f"{LIST}/1/end", data={"reason": "抽检待复核"}).status_code == 302
    again = Bad("已经办过了", keeps=False)
    refuse_complaints(complaints(world, chen, f"{LIST}/1/end", {"reason": "抽检待复核"}, [again]))


def test_a_refused_line_says_which_field_is_wrong_and_keeps_what_was_typed(world: World, chen: FlaskClient) -> None:
    cases = [
        Bad("至少 2 个字", {"name": "药"}),
        Bad("U+003C", {"name": SCRIPT}),
        Bad("至少 4 个字", {"source": "标签"}),
        Bad("应在 1 到 50 之间", {"max_uses": "51"}),
        Bad("不是整数", {"interval_days": "七天"}),
        Bad("应在 1 到 365 之间", {"interval_days": "366"}),
        Bad("请写安全间隔期", {"interval_days": "", "max_uses": ""}),
        Bad("不写间隔期和次数", {"banned": "yes"}),
        Bad("最多 40 个字", {"registration": "P" * 41}),
        Bad("最多 30 个字", {"crop": "桃" * 31}),
    ]
    refuse_complaints(complaints(world, chen, NEW, LINE, cases))
    refused = chen.post(NEW, data=BAN | {"max_uses": "3"}).text
    assert 'value="yes" checked' in refused and 'id="max_uses-wrong"' in refused
    forged = chen.post(f"{NEW}?lang=zh", data=LINE | {"crop_kind": "stone"})
    assert forged.status_code == 422 and "请从列表里选一项" in see(forged.text).messages


def test_the_form_of_a_line_sent_twice_lists_it_once_and_says_so(world: World, chen: FlaskClient) -> None:
    for form in (LINE, BAN):
        assert chen.post(NEW, data=form).status_code == 302
        refuse_complaints(complaints(world, chen, NEW, form, [Bad("已经有同样的一条")]))
    assert chen.post(NEW, data=LINE | {"crop": "白桃"}).status_code == 302
    chen.post(f"{LIST}/1/end", data={"reason": "间隔期填错了"})
    assert chen.post(NEW, data=LINE).status_code == 302  # it may be entered anew


def test_bans_come_first_and_a_name_a_number_or_a_crop_finds_a_line(world: World, chen: FlaskClient) -> None:
    chen.post(NEW, data=LINE | {"registration": "PD-X"})
    chen.post(NEW, data=BAN)
    page = chen.get(LIST).text
    assert page.index("克百威") < page.index("阿维菌素") and "共 2 条，其中禁止使用 1 条" in page
    for words, found in (("克百", "克百威"), ("pd-x", "阿维菌素"), ("黄桃", "阿维菌素")):
        text = see(chen.get(f"{LIST}?q={words}").text).text
        assert found in text and "共 1 条" in text
    assert "没有列入不等于可以用" in chen.get(f"{LIST}?q=某药").text
    assert (
        "没有找到“100%”" in chen.get(f"{LIST}?q=100%25").text
    )  # a sign of the database's own is a sign like any other


def test_a_long_list_is_shown_a_page_at_a_time(world: World, chen: FlaskClient) -> None:
    with world.db.write.begin() as session:
        for number in range(paging.PAGE + 1):
            input_list.enter(session, world.chen, name=f"某药 {number:02}", interval_days="7", source="产品标签")
    first, last = (see(chen.get(f"{LIST}?q=某药&page={page}").text) for page in (1, 2))
    assert "1 / 2" in first.text and "某药 50" not in first.text and "某药 50" in last.text
    assert any("page=2" in link and "q=" in link for link in first.links)


def test_the_examples_of_the_program_stand_apart_and_say_that_they_never_judge(chen: FlaskClient) -> None:
    page = chen.get(f"{LIST}?state=examples").text
    assert "联苯菊酯" in page and "从不参与判断" in page and "联苯菊酯" not in chen.get(LIST).text
    assert "never judge" in chen.get(f"{LIST}?state=examples&lang=en").text


def test_the_pages_speak_english_too(chen: FlaskClient) -> None:
    chen.post(NEW, data=BAN)
    page = see(chen.get(f"{LIST}?lang=en").text)
    assert page.headline == "List of inputs" and "Banned" in page.text and "Fruit" in page.text
    assert "Enter a line" in see(chen.get(f"{NEW}?lang=en").text).headline
    assert "How it takes effect" in chen.get(f"{LIST}/1?lang=en").text


def test_another_line_starts_from_one_that_is_there(chen: FlaskClient) -> None:
    chen.post(NEW, data=LINE)
    typed = see(chen.get(f"{NEW}?copy=1").text).values
    assert {name: typed[name] for name in ("name", "crop_kind", "interval_days", "source")} == {
        name: [LINE[name]] for name in ("name", "crop_kind", "interval_days", "source")
    }
    chen.post(NEW, data=BAN)
    assert 'value="yes" checked' in chen.get(f"{NEW}?copy=2").text
    assert chen.get(f"{NEW}?copy=99").status_code == 404


def test_a_ban_after_coding_holds_nothing_says_so_and_leads_to_what_it_concerns(
    world: World, chen: FlaskClient
) -> None:
    write(world, world.ama, "draft-0001", input_name="阿维菌素 1.8% 乳油")
    world.issue(batch := world.declare(), 2)
    page = see(chen.post(NEW, data=BAN | {"name": "阿维菌素"}, follow_redirects=True).text)
    assert "不会因为清单变了就冻结" in page.text and "阿维菌素 1.8% 乳油" in page.text
    assert world.get(type(batch), batch.id).state is BatchState.ON_SALE
    reach = chen.get(next(link for link in page.links if "/recall/reach" in link))
    assert reach.status_code == 200 and see(reach.text).text.count("炎陵黄桃")
    with pytest.raises(Conflict, match="禁止用于黄桃"):
        world.issue(batch, 1, key="form-2")


def test_a_county_officer_sees_the_uses_of_the_own_county_only(world: World, app: Flask, chen: FlaskClient) -> None:
    write(world, world.ama, "draft-0001")
    chen.post(NEW, data=LINE)
    for county, told in (("430225", True), ("430203", False)):
        world.officer_of(county)
        page = signed_in(app, f"officer-{county}").get(f"{LIST}/1").text
        assert ("看涉及范围" in page) is told and "移出清单</button>" in page


def test_growers_read_the_list_and_nobody_else_changes_it(world: World, app: Flask, chen: FlaskClient) -> None:
    chen.post(NEW, data=BAN)
    ama, nobody = signed_in(app, "ama"), app.test_client()
    page = see(ama.get("/producer/farm/inputs").text)
    assert (
        "克百威" in page.text and "某公告第一条" in page.text and not [link for link in page.links if "bureau" in link]
    )
    assert "/producer/farm/inputs" in see(ama.get("/producer/farm/").text).links
    assert "清单：禁用 瓜果（某公告第一条）" in ama.get("/producer/farm/new?kind=input").text
    for path, form in ((NEW, LINE), (f"{LIST}/1/end", {"reason": "不该办成"})):
        assert ama.post(path, data=form).status_code == 403
        assert nobody.post(path, data=form).headers["Location"].startswith("/login")
    assert ama.get(LIST).status_code == 403 and nobody.get("/producer/farm/inputs").status_code == 302
    assert world.get(FarmInput, 1).ended_at is None


def test_the_file_of_the_list_has_the_page_s_filter(chen: FlaskClient) -> None:
    chen.post(NEW, data=LINE)
    chen.post(NEW, data=BAN)
    chen.post(f"{LIST}/1/end", data={"reason": "间隔期填错了"})
    for query, name, rule in (("", "克百威", "禁止使用"), ("?state=ended", "阿维菌素", "限间隔期、次数")):
        assert f"inputs.xlsx{query}" in chen.get(LIST + query).text
        sheet = openpyxl.load_workbook(io.BytesIO(chen.get(f"/bureau/exports/inputs.xlsx{query}").data)).active
        assert [[cell.value for cell in row][:2] for row in list(sheet.iter_rows())[3:]] == [[rule, name]]


def test_a_table_of_inputs_is_taken_in_whole_or_not_at_all(world: World, chen: FlaskClient) -> None:
    address = "/bureau/import/inputs"
    limit = ["某药 10% 乳油", "限间隔期、次数", "", "黄桃", "瓜果", "2", "14", "某药产品标签"]
    ban = ["某成分", "禁止使用", "", "", "蔬菜", "", "", "某公告第一条"]
    wrong = upload(chen, address, filled(chen, address, limit, limit, [*ban[:6], "7", ban[7]]))
    said = see(wrong.text).text
    assert wrong.status_code == 422 and "H8" in said
    assert bring_in(chen, address, limit, ban).headers["Location"].endswith(LIST)
    with world.db.read.begin() as session:
        rows = [(row.name, row.banned, row.max_uses, row.interval_days) for row in input_list.listed(session)]
    assert rows == [("某成分", True, None, None), ("某药 10% 乳油", False, 2, 14)]
