"""Bad input of every kind through the real forms: a message in the reader's language that says what is wrong, all that
was typed still there, and nothing written."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from world import USCC, Sold, World, signed_in
from world.complaints import MEASURES, NAMES, SCRIPT, Bad, complaints, refuse_complaints
from world.reading import digest, see
from yipin import clock
from yipin.audit import holds
from yipin.models import Batch
from yipin.printing import equipment


def tomorrow() -> str:
    return str(clock.day_of(clock.now()) + timedelta(days=1))


def test_a_batch_with_a_wrong_harvest_date_or_amount(world: World, app: Flask) -> None:
    right = _typed(world.batch_form(world.ama)) | {"harvest_date": "2026-07-18"}
    foreign = _typed(world.batch_form(world.ben))
    cases = [
        Bad("还没到", {"harvest_date": tomorrow()}),
        Bad("还没到", {"harvest_date": "2199-12-31"}),
        Bad("没有", {"harvest_date": "2026-02-30"}),
        Bad("不是日期", {"harvest_date": "昨天"}),
        Bad("不能早于", {"harvest_date": "2019-12-31"}),
        Bad("不是日期", {"harvest_date": ""}),
        Bad("不是日期", {"harvest_date": "2026-07-18" * 900}),
        Bad("应大于 0", {"quantity": "0"}),
        Bad("应大于 0", {"quantity": "0.00"}),
        Bad("太大", {"quantity": "1000000000000"}),
        Bad("太大", {"quantity": "100000000.01"}),
        Bad("不是数", {"quantity": "1" * 5000}),
        Bad("不是数", {"quantity": "-5"}),
        Bad("不是数", {"quantity": "1e3"}),
        Bad("不是数", {"quantity": "NaN"}),
        Bad("不是数", {"quantity": "٣"}),
        Bad("请填大于 0 的数", {"quantity": ""}),
        Bad("两位小数", {"quantity": "1.234"}),
        Bad("不能大于总量", {"pack_size": "250.01"}),
        Bad("应大于 0", {"pack_size": "0"}),
        Bad("请分成几个批次", {"quantity": "99999999", "pack_size": "0.01"}),
    ]
    ama = signed_in(app, "ama")
    refuse_complaints(complaints(world, ama, "/producer/batches/new", right, cases))
    before = digest(world.db)
    for forged in (
        {"product": foreign["product"]},
        {"plot": foreign["plot"]},
        {"unit": "ton"},
        {"plot": "99999"},
        {"product": "1 OR 1=1"},
        {"unit": ""},
        {"product": "9" * 40},
    ):
        answer = ama.post("/producer/batches/new?lang=zh", data=right | forged)
        assert answer.status_code == 422 and "请从列表里选一项" in see(answer.text).messages[0]
    assert digest(world.db) == before


def test_a_harvest_of_today_in_shanghai_is_accepted(world: World, app: Flask) -> None:
    today = str(clock.day_of(clock.now()))
    right = _typed(world.batch_form(world.ama)) | {"harvest_date": today}
    assert signed_in(app, "ama").post("/producer/batches/new", data=right).status_code == 302


@pytest.fixture
def newcomer(app: Flask) -> FlaskClient:
    """The browser of someone with an account and no producer yet."""
    browser = app.test_client()
    assert (
        browser.post("/join", data={"login": "newcomer", "name": "Dora", "password": "some plain sentence"}).status_code
        == 302
    )
    return browser


PROFILE = {
    "kind": "cooperative",
    "name": "山垄合作社",
    "uscc": USCC["other"],
    "resident_id": "",
    "county": "430225",
    "township": "霞阳镇",
    "contact": "Dora",
    "phone": "13800000000",
}


def test_a_producer_with_a_wrong_identity(world: World, newcomer: FlaskClient) -> None:
    good = USCC["other"]
    wrong = good[:-1] + ("A" if good[-1] != "A" else "B")
    person = {"kind": "individual", "uscc": ""}
    cases = [
        Bad("抄错了一位", {"uscc": wrong}),
        Bad("18", {"uscc": good[:-1]}),
        Bad("18", {"uscc": ""}),
        Bad("18", {"uscc": good * 300}),
        Bad("I", {"uscc": "I" + good[1:]}),
        Bad("这个号码已经登记过", {"uscc": USCC["ama"]}),
        Bad("18", person | {"resident_id": "4302251990"}),
        Bad("", person | {"resident_id": "110105194912310020"}),
        Bad("", person | {"resident_id": "11010519491331002X"}),
        Bad("电话号码不对", {"phone": "12345"}),
        Bad("电话号码不对", {"phone": "13800000000" * 400}),
        Bad("不是本市的县市区代码", {"county": "110105"}),
        Bad("U+1F351", {"township": "🍑镇"}),
        Bad("U+003C", {"contact": SCRIPT}),
        *NAMES,
    ]
    for case in cases:
        if "county" in case.typed:  # a list that does not hold what was forged cannot show it
            assert newcomer.post("/producer/profile", data=PROFILE | case.typed).status_code == 422
    cases = [case for case in cases if "county" not in case.typed]
    refuse_complaints(complaints(world, newcomer, "/producer/profile", PROFILE, cases))
    number = "110105194912310020"  # a wrong check character: the message must not spread the number
    answer = newcomer.post("/producer/profile", data=PROFILE | person | {"resident_id": number})
    assert number not in " ".join(see(answer.text).messages) and see(answer.text).messages


def test_the_right_producer_is_accepted_after_all(world: World, newcomer: FlaskClient) -> None:
    assert newcomer.post("/producer/profile", data=PROFILE).headers["Location"] == "/producer/"
    assert "等县市区农业农村局审核" in newcomer.get("/producer/").text


def test_a_plot_or_product_with_a_wrong_name_or_measure(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    plot = {"name": "后坡", "county": "430225", "place": "山垄村", "area_mu": "3"}
    cases = [
        Bad("应大于 0", {"area_mu": "0"}),
        Bad("太大", {"area_mu": "1000000000000"}),
        Bad("不是数", {"area_mu": "三亩"}),
        Bad("您已经有一块叫", {"name": "屋后坡"}),
        Bad("U+003E", {"place": "山垄村>"}),
        *NAMES,
    ]
    refuse_complaints(complaints(world, ama, "/producer/plots", plot, cases))
    product = {
        "name": "白桃",
        "brand": "",
        "description": "脆",
        "regime": "other",
        "commodity": "黄桃",
        "materials": "",
    }
    cases = [
        Bad("您已经有一个叫", {"name": "炎陵黄桃", "brand": "yanling-peach"}),
        Bad("产品名称里有", {"name": "高山炎陵黄桃"}),
        Bad("太长", {"description": "脆" * 301}),
        Bad("1 到 3650 之间", {"regime": "processed", "shelf_life": "0"}),
        Bad("U+1F351", {"description": "🍑"}),
        Bad("请选品类", {"commodity": ""}),
        Bad("是不是“丝瓜”", {"commodity": "丝瓜皮"}),
        Bad("没有“仙草”这个品类", {"materials": "大豆、仙草"}),
        Bad("的货是“黄桃”，不是“丝瓜”", {"brand": "yanling-peach", "commodity": "丝瓜"}),
        *NAMES,
    ]
    refuse_complaints(complaints(world, ama, "/producer/products/new", product, cases))
    for brand, told in (("no-such-brand", "品牌目录里没有"), ("baiguan-loofah", "属于别的县市区")):
        answer = ama.post("/producer/products/new?lang=zh", data=product | {"brand": brand})
        assert answer.status_code == 422 and told in see(answer.text).messages[0]


def _file(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 200).save(out, kind)
    return out.getvalue()


def _bomb() -> bytes:
    """A small file that says it is a picture of 400 million pixels."""
    return _file("PNG", "1", (20_000, 20_000))


NO_PICTURES = {
    "empty": lambda: b"",
    "text": lambda: b"not a picture",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "gif": lambda: _file("GIF", "L"),
    "bmp": lambda: _file("BMP"),
    "cut png": lambda: _file("PNG")[:60],
    "cut jpeg": lambda: _file("JPEG")[:200],
    "head of a jpeg": lambda: b"\xff\xd8\xff\xe0" + bytes(3000),
    "zip": lambda: b"PK\x03\x04" + bytes(300),
    "eps": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "bomb": _bomb,
}


def test_an_upload_that_is_no_picture(world: World, app: Flask) -> None:
    ama, before = signed_in(app, "ama"), digest(world.db)
    typed = {"name": "白桃", "brand": "yanling-peach", "description": "脆甜", "regime": "other"}
    for name, make in NO_PICTURES.items():
        answer = ama.post("/producer/products/new", data=typed | {"picture": (io.BytesIO(make()), "peach.jpg")})
        page = see(answer.text)
        assert answer.status_code == 422 and re.search("照片|文件|图片", " ".join(page.messages)), name
        assert {key: page.values[key][0] for key in typed} == typed, name
    assert digest(world.db) == before


def test_codes_beyond_the_harvest_or_of_no_number(world: World, app: Flask) -> None:
    batch = world.declare()
    path, right = f"/producer/batches/{batch.id_number}/codes", {"count": "2", "key": "form-7"}
    cases = [
        Bad("1 到 100 之间", {"count": "101"}),
        Bad("1 到 100 之间", {"count": "1000000000000"}),
        Bad("1 到 100 之间", {"count": "0"}),
        Bad("不是整数", {"count": "-1"}),
        Bad("不是整数", {"count": "2.5"}),
        Bad("不是整数", {"count": "很多"}),
        Bad("不是整数", {"count": ""}),
        Bad("不是整数", {"count": "9" * 5000}),
    ]
    ama = signed_in(app, "ama")
    refuse_complaints(complaints(world, ama, path, right, cases))
    world.issue(batch, 90)
    cases = [Bad("共 100 件，已赋码 90 件，最多还能赋 10 件", {"count": "11"})]
    refuse_complaints(complaints(world, ama, path, right, cases))
    assert ama.post(path, data=right | {"count": "10"}).status_code == 302


def test_codes_of_a_batch_that_was_used_up_or_frozen_meanwhile(world: World, app: Flask) -> None:
    """The form was open when it happened: its refusal must still be seen, with what was typed."""
    full, frozen, recalled = world.declare(), world.declare(), world.declare()
    world.issue(full, 100)
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, frozen.id), "抽检待复核")
        holds.recall(session, world.chen, session.get_one(Batch, recalled.id), "抽检不合格")
    ama, right = signed_in(app, "ama"), {"count": "5", "key": "form-7"}
    for batch, told in ((full, "最多还能赋 0 件"), (frozen, "批次已冻结"), (recalled, "批次已召回")):
        path = f"/producer/batches/{batch.id_number}/codes"
        refuse_complaints(complaints(world, ama, path, right, [Bad(told)]))


def test_a_key_that_no_form_of_ours_carries_is_refused(world: World, app: Flask) -> None:
    batch, ama = world.declare(), signed_in(app, "ama")
    before = digest(world.db)
    for key in ("", "x" * 65, "炎", "a\x00b", "a\nb"):
        answer = ama.post(f"/producer/batches/{batch.id_number}/codes?lang=zh", data={"count": "5", "key": key})
        assert answer.status_code == 422 and "页面已过期" in see(answer.text).messages[0], repr(key)
    assert digest(world.db) == before


def test_labels_voided_by_a_wrong_number_or_without_a_reason(world: World, app: Flask, sold: Sold) -> None:
    right = {"numbers": "1", "reason": "打坏了"}
    cases = [
        Bad("不在已赋码的 1 到 3 之间", {"numbers": "4"}),
        Bad("不在已赋码的", {"numbers": "0"}),
        Bad("不在已赋码的", {"numbers": "3-1"}),
        Bad("看不懂", {"numbers": "第一枚"}),
        Bad("看不懂", {"numbers": ""}),
        Bad("看不懂", {"numbers": "9" * 5000}),
        Bad("不在已赋码的", {"numbers": "1-999999999"}),
        Bad("请填写", {"reason": ""}),
        Bad("U+1F351", {"reason": "打坏了🍑"}),
        Bad("太长", {"reason": "坏" * 301}),
    ]
    path = f"/producer/batches/{sold.batch.id_number}/void"
    refuse_complaints(complaints(world, signed_in(app, "ama"), path, right, cases))


def test_a_print_that_the_paper_or_the_range_does_not_allow(world: World, app: Flask) -> None:
    codes = world.issue(world.declare(), 10)
    right = {
        "stock": "a4-24",
        "printer": "",
        "first": "1",
        "count": "10",
        "start_at": "1",
        "symbol_mm": "",
        "key": "print-7",
    }
    cases = [
        Bad("1 到 24 之间", {"start_at": "25"}),
        Bad("1 到 10 之间", {"count": "11"}),
        Bad("在这个范围里选", {"first": "9"}),
        Bad("1 到 10 之间", {"first": "0"}),
        Bad("不是整数", {"count": "全部"}),
        Bad("20", {"symbol_mm": "12"}),
        Bad("", {"symbol_mm": "90"}),
        Bad("不是数", {"symbol_mm": "大一点"}),
        Bad("不是数", {"symbol_mm": "NaN"}),
        Bad("", {"symbol_mm": "-25"}),
        Bad("页面已过期", {"key": "x" * 65}),
    ]
    ama, path = signed_in(app, "ama"), f"/producer/codes/{codes.id}/print"
    refuse_complaints(complaints(world, ama, path, right, cases))
    assert "请从列表里选一项" in see(ama.post(path + "?lang=zh", data=right | {"stock": "a3-1"}).text).messages[0]


def test_a_label_whose_text_has_no_glyph_is_refused_by_name(world: World, app: Flask) -> None:
    with world.db.write.begin() as session:
        session.execute(sa.text("UPDATE products SET name = '㸆\U00030edd' WHERE producer_id = 1"))
    codes = world.issue(world.declare(), 2)
    right = {
        "stock": "a4-24",
        "printer": "",
        "first": "1",
        "count": "2",
        "start_at": "1",
        "symbol_mm": "",
        "key": "print-7",
    }
    path = f"/producer/codes/{codes.id}/print"
    refuse_complaints(complaints(world, signed_in(app, "ama"), path, right, [Bad("U+30EDD")]))


def test_paper_and_printers_of_measures_that_cannot_be(world: World, app: Flask) -> None:
    ama = signed_in(app, "ama")
    cases = [
        Bad("不是数", {"page_width": "宽"}),
        Bad("不是数", {"page_width": ""}),
        Bad("", {"page_width": "0"}),
        Bad("", {"page_height": "-5"}),
        Bad("", {"page_width": "9999"}),
        Bad("不是数", {"left": "NaN"}),
        Bad("不是数", {"left": "Infinity"}),
        Bad("", {"columns": "0"}),
        Bad("", {"columns": "4"}),
        Bad("不是整数", {"rows": "2.5"}),
        Bad("", {"label_width": "71"}),
        Bad("", {"pitch_y": "20"}),
        Bad("", {"top": "10"}),
        Bad("", {"label_width": "300"}),
        *NAMES,
    ]
    refuse_complaints(complaints(world, ama, "/producer/paper/stocks", MEASURES, cases))
    roll = {"name": "卷", "roll": "y"} | dict.fromkeys(set(MEASURES) - {"name"}, "")
    cases = [Bad("不是数"), Bad("不是数", {"page_width": "50"}), Bad("", {"page_width": "50", "page_height": "0"})]
    refuse_complaints(complaints(world, ama, "/producer/paper/stocks", roll, cases))
    refuse_complaints(complaints(world, ama, "/producer/paper/printers", {"name": "打印机"}, NAMES))
    with world.db.write.begin() as session:
        printer = equipment.add_printer(session, world.ama, "柜台打印机")
    refuse_complaints(complaints(world, ama, "/producer/paper/printers", {"name": "柜台打印机"}, [Bad("已经有叫")]))
    right = {"offset_x": "0.5", "offset_y": "-0.3", "scale_x": "1.002", "scale_y": "1", "dpi": "300"}
    cases = [
        Bad("不是数", {"offset_x": "左"}),
        Bad("", {"offset_y": "500"}),
        Bad("", {"scale_x": "0"}),
        Bad("", {"scale_y": "3"}),
        Bad("", {"dpi": "0"}),
        Bad("", {"dpi": "99999"}),
        Bad("不是数", {"scale_x": ""}),
        Bad("", {"dpi": "12"}),
    ]
    refuse_complaints(complaints(world, ama, f"/producer/printers/{printer.id}", right, cases))


def test_an_account_that_cannot_be_made(world: World, app: Flask) -> None:
    right = {"login": "dora-1", "name": "Dora", "password": "some plain sentence"}
    cases = [
        Bad("3 到 40 个小写字母", {"login": "桃"}),
        Bad("3 到 40 个小写字母", {"login": "a b"}),
        Bad("已经有人用了", {"login": "ama"}),
        Bad("10 个字符以上", {"password": "short"}),
        Bad("太容易猜", {"password": "dora-1-dora-1"}),
        Bad("10 个字符以上", {"password": "x" * 1025}),
        Bad("3 到 40 个小写字母", {"login": "x" * 5000}),
        *NAMES,
    ]
    refuse_complaints(complaints(world, app.test_client(), "/join", right, cases))


def _typed(form: object) -> dict[str, str]:
    """The fields that the page of a new batch has; an attached farmer has none yet, and nothing was asked."""
    return {name: value for name, value in vars(form).items() if name not in ("farmer", "said")}
