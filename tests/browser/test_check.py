"""The page that checks labels without a network, in a real browser: opened once, then in airplane mode."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from world import rooted
from world.distortions import FORGED_BY_MESSENGERS, WHOLE
from yipin import clock
from yipin.access.actor import Actor
from yipin.audit import holds
from yipin.codes.keylist import KeyList
from yipin.codes.reading import read_code
from yipin.installation.opening import opened
from yipin.installation.settings import Settings
from yipin.issue.codes import codes_of
from yipin.models import Batch, CodeRange
from yipin.printing import runs
from yipin.status.parts import State, batches_part
from yipin.status.publisher import Publisher
from yipin.status.rice import encode

from .conftest import Opener, Served, refuse_axe_violations, shoot
from .test_pages import told, unit_address

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "codes-v1.json").read_text("utf-8"))
LARGEST = 120_000  # bytes, page and data, but for what reads pictures
# As in a browser that is older than Ed25519 in WebCrypto.
WITHOUT_ED25519 = """
const own = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (format, key, algorithm, ...rest) => algorithm === "Ed25519"
  ? Promise.reject(new DOMException("", "NotSupportedError")) : own(format, key, algorithm, ...rest);
"""
LOADED = """performance.getEntries().filter((each) => each.decodedBodySize)
  .map((each) => [new URL(each.name).pathname, each.decodedBodySize])"""


def opened_once(page: Page, demo: Served) -> dict[str, int]:
    """Open the page as somebody does who has a network, until it is kept. Returns what it loaded, in bytes."""
    page.goto(f"{demo.url}check")
    expect(page.get_by_text("本页已存在手机里")).to_be_visible()
    return dict(page.evaluate(LOADED))


def ask(page: Page, text: str) -> None:
    page.get_by_label("输入二维码里的数字").fill(text)
    page.get_by_role("button", name="核验").click()


def expect_verdict(page: Page, word: str, *also: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(word)
    for each in also:
        expect(page.get_by_role("main")).to_contain_text(each)


def again(page: Page) -> None:
    page.get_by_role("button", name="再核一个").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("离线核验")


@contextmanager
def record(demo: Served) -> Iterator[tuple[Session, Publisher]]:
    """The record of the service, to do in it what an officer does, and to make a bundle of it at once."""
    db, installation = opened(Settings.load(demo.data, {}))
    try:
        with db.write.begin() as session:
            yield session, Publisher(installation)
    finally:
        db.dispose()


def test_opened_once_it_answers_in_airplane_mode_and_the_scan_page_never_meets_it(
    demo: Served, phone: Browser, label: Path
) -> None:
    context = phone.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    loaded = opened_once(page, demo)
    noble = len(page.request.get(f"{demo.url}static/check/noble-ed25519.js").body())
    assert "/static/check/noble-ed25519.js" not in loaded and "/static/check/jsQR.js" not in loaded
    assert {"/check", "/keys.json", "/status/latest", "/static/check/page.js"} <= set(loaded)
    assert sum(loaded.values()) + noble <= LARGEST, loaded
    good, recalled = unit_address(demo, 0), unit_address(demo, 2)
    page.goto(good)
    assert page.evaluate("navigator.serviceWorker.controller") is None and page.locator("script").count() == 0
    page.close()
    context.set_offline(True)
    page = context.new_page()
    page.goto(f"{demo.url}check")
    page.get_by_role("button", name="扫一扫").click()  # the camera looks at the first label
    expect_verdict(page, "签名真实", "名单截至", "炎陵县", "质量保险")
    refuse_axe_violations(page)
    shoot(page, "check-genuine")
    again(page)
    refuse_axe_violations(page)
    page.get_by_label("拍一张照片").set_input_files(label)
    expect_verdict(page, "签名真实")
    again(page)
    ask(page, recalled)
    expect_verdict(page, "已召回", "攸县", "请不要食用")
    shoot(page, "check-recalled")
    again(page)
    ask(page, good[:-1] + str((int(good[-1]) + 1) % 10))
    expect_verdict(page, "假码", "不是我们发的")
    expect(page.get_by_role("main")).not_to_contain_text("炎陵县")
    again(page)
    ask(page, f"https://evil.example/{read_code(good)}")
    expect_verdict(page, "签名真实", "不是发码单位的", "evil.example")
    again(page)
    number = told(demo)["batches"][0]["id_number"]
    for typed, word in (
        (number, "不在停售名单上"),
        (number[:-1] + ("A" if number[-1] != "A" else "B"), "号码有误"),
        (good[:-9], "扫得不全"),
        (f"{good} {recalled}", "有多个码"),
        ("1" * 37, "要联网核验"),
        ("桃子", "没有码"),
    ):
        ask(page, typed)
        expect_verdict(page, word)
        again(page)
    page.get_by_role("link", name="English").first.click()  # still without a network
    expect(page.get_by_role("heading", level=1)).to_have_text("Check offline")
    context.close()


def test_a_list_that_is_old_or_goes_back_is_told_and_not_believed(demo: Served, window: Opener) -> None:
    context = window(390)
    page = context.new_page()
    opened_once(page, demo)
    good, now = unit_address(demo, 0), clock.now()
    context.set_offline(True)
    page.clock.set_fixed_time(now - timedelta(days=900))  # a clock that was put back is not believed
    ask(page, good)
    expect_verdict(page, "签名真实", "没有召回")
    again(page)
    page.clock.set_fixed_time(now + timedelta(hours=25))
    ask(page, good)
    expect_verdict(page, "签名真实，名单过期", "不能判断", "已过期，请在有网络时打开本页")
    shoot(page, "check-stale")
    again(page)
    page.clock.set_fixed_time(now)

    shelf = demo.data / "status"
    before = {each.name: each.read_bytes() for each in shelf.iterdir()}
    newest = max(int(name) for name in before if name.isdigit())
    with record(demo) as (session, publisher):
        batch = session.scalars(sa.select(Batch).where(Batch.id_number == told(demo)["batches"][0]["id_number"])).one()
        holds.hold(session, Actor("officer", now), batch, "抽检")
        session.flush()
        publisher.renew(session, now)
    context.set_offline(False)
    with page.expect_response(lambda answer: f"/status/{newest}-" in answer.url) as change:
        page.evaluate("dispatchEvent(new Event('online'))")
    assert change.value.ok  # of the list it takes what has changed
    expect(page.locator("[data-put=held]")).to_have_text("1")
    ask(page, good)
    expect_verdict(page, "已冻结", "请先不要食用")
    shoot(page, "check-held")
    again(page)

    for each in shelf.iterdir():  # yesterday's copy of the service's files
        each.unlink()
    for name, raw in before.items():
        (shelf / name).write_bytes(raw)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("比这台手机见过的还旧")).to_be_visible()
    ask(page, good)
    expect_verdict(page, "已冻结")


def test_a_void_pack_is_told_from_the_file_of_its_county_which_stays_for_the_time_without_a_network(
    demo: Served, window: Opener
) -> None:
    now = clock.now()
    with record(demo) as (session, publisher):
        number = told(demo)["batches"][1]["id_number"]
        batch = session.scalars(sa.select(Batch).where(Batch.id_number == number)).one()
        issued = session.scalars(sa.select(CodeRange).where(CodeRange.batch_id == batch.id)).first()
        assert issued
        issuer = publisher.installation
        address = next(iter(codes_of(issued, issuer.ring, issuer.secrets, issued.first, 1)))[1]
        runs.void_units(session, Actor("grower", now), batch, str(issued.first + 1), "打坏了")
        session.flush()
        publisher.renew(session, now)
    context = window(390)
    page = context.new_page()
    opened_once(page, demo)
    with page.expect_response(lambda answer: f"-voids-{number[:6]}" in answer.url):
        ask(page, address)
    expect_verdict(page, "这一枚已作废", "名单截至", "不应出现在商品上")
    refuse_axe_violations(page)
    shoot(page, "check-void")
    context.set_offline(True)
    page.reload()
    ask(page, address)
    expect_verdict(page, "这一枚已作废")
    again(page)
    page.evaluate("(county) => localStorage.removeItem('yipin.check.voids.' + county)", number[:6])
    ask(page, address)
    expect_verdict(page, "签名真实", "是不是已作废")


def test_only_what_two_of_three_roots_signed_counts_as_a_key_list_and_other_roots_need_the_former(
    demo: Served, window: Opener, tmp_path: Path
) -> None:
    page, now = window(390).new_page(), clock.now()
    page.goto(f"{demo.url}check")
    keys = KeyList.from_json((demo.data / "keys" / "keys.json").read_text("utf-8"))
    old, new = rooted.private_roots(tmp_path, "zhang", "li", "wang"), rooted.private_roots(tmp_path, "zhao", "qian")
    first = rooted.listed(keys, old, now)
    second = rooted.listed(keys, [old[0], *new], now, last=first, signed=[*old[:2], *new])
    alone = rooted.listed(keys, old, now, signed=old[:1])
    robbed = rooted.listed(keys, [old[0], *new], now, last=first, signed=new)
    known = {"number": 1, "roots": [str(each.root) for each in old]}
    beyond = {"number": 3, "roots": known["roots"]}
    cases = [
        ([first.note], None, 1),
        ([first.note, second.note], None, 2),
        ([first.note, second.note], known, 2),
        ([second.note], known, 2),
        ([alone.note], None, "unsigned"),
        ([first.note, robbed.note], None, "unsigned"),
        ([robbed.note], known, "unsigned"),
        ([first.note.replace('"number": 1', '"number": 9')], None, "unsigned"),
        ([first.note], beyond, "unsigned"),
        ([], known, "unsigned"),
        ([], None, None),
    ]
    found = page.evaluate(
        """async (cases) => {
          const { signedKeys } = await import("/static/check/roots.js");
          return Promise.all(cases.map(([notes, known]) =>
            signedKeys(notes, known).then((list) => list && list.number, (bad) => bad.message)));
        }""",
        [[notes, known] for notes, known, _ in cases],
    )
    assert found == [expected for _, _, expected in cases]


def test_without_ed25519_in_the_browser_it_finds_the_same(demo: Served, window: Opener) -> None:
    context = window(390)
    context.add_init_script(WITHOUT_ED25519)
    page = context.new_page()
    assert "/static/check/noble-ed25519.js" in opened_once(page, demo)
    context.set_offline(True)
    page.reload()
    good = unit_address(demo, 2)
    ask(page, good)
    expect_verdict(page, "已召回")
    again(page)
    ask(page, good[:-1] + str((int(good[-1]) + 1) % 10))
    expect_verdict(page, "假码")


@pytest.mark.parametrize("script", ["", WITHOUT_ED25519], ids=["webcrypto", "noble"])
def test_published_codes_say_in_the_browser_what_they_say_here(demo: Served, window: Opener, script: str) -> None:
    page = window(390).new_page()
    page.add_init_script(script)
    page.goto(f"{demo.url}check")
    keys = {str(key.number): list(key.public_key) for key in KeyList.from_json(json.dumps(VECTORS)).keys}
    found = page.evaluate(
        """async ({ codes, keys }) => {
          const { decode, idNumber } = await import("/static/check/code.js");
          const { isSigned } = await import("/static/check/ed25519.js");
          return Promise.all(codes.map(async (digits) => {
            const said = decode(digits);
            const good = await isSigned(Uint8Array.from(keys[said.key]), said.signature, said.message);
            return [good, said.key, said.county, said.batch, said.unit, said.harvested.toISOString().slice(0, 10), said.facts,
              idNumber(said.county, said.batch)];
          }));
        }""",
        {"codes": [case["digits"] for case in VECTORS["codes"]], "keys": keys},
    )
    names = ("key", "county", "batch", "unit", "harvest_date", "facts", "id_number")
    assert found == [[True, *(case[name] for name in names)] for case in VECTORS["codes"]]


def test_texts_are_read_in_the_browser_as_they_are_here(demo: Served, window: Opener) -> None:
    page = window(390).new_page()
    page.goto(f"{demo.url}check")
    code, other = (case["digits"] for case in VECTORS["codes"][:2])
    tiny = code[:37]
    expected = [(distort(code), code) for distort in WHOLE.values()] + [
        (distort(tiny), "tiny") for distort in WHOLE.values()
    ]
    expected += [(distort(code), "incomplete") for distort in FORGED_BY_MESSENGERS.values()]
    expected += [(code + other, "several"), (f"{code} {tiny}", "several"), (f"{code}²", code), ("13812345678", "none")]
    found = page.evaluate(
        """async (texts) => {
          const { read } = await import("/static/check/code.js");
          return texts.map((text) => { const told = read(text); return told.code || told.word; });
        }""",
        [text for text, _ in expected],
    )
    assert found == [word for _, word in expected]


def test_lists_are_written_and_read_in_the_browser_as_they_are_here(demo: Served, window: Opener) -> None:
    page, chance = window(390).new_page(), random.Random(4)
    page.goto(f"{demo.url}check")
    numbers = [chance.sample(range(chance.choice([80, 10**6, 2**45])), chance.randrange(60)) for _ in range(80)]
    lists = [[(number, chance.randrange(4)) for number in sorted(some)] for some in numbers]
    parts = [
        {(chance.choice([430202, 430225]), number): chance.choice(list(State)[1:]) for number in some}
        for some in numbers
    ]
    found = page.evaluate(
        """async ({ lists, parts }) => {
          const { encode, decode, readBatches, writeBatches } = await import("/static/check/rice.js");
          const texts = (raw) => Array.from(raw).join();
          return [
            lists.map((one) => { const raw = encode(one, 2); return [texts(raw), texts(decode(raw, 0, 2).entries.flat())]; }),
            parts.map((raw) => { const read = readBatches(Uint8Array.from(raw)); return [[...read], texts(writeBatches(read))]; }),
          ];
        }""",
        {"lists": lists, "parts": [list(batches_part(each)) for each in parts]},
    )
    for entries, (raw, read) in zip(lists, found[0], strict=True):
        assert raw == ",".join(map(str, encode(entries, 2))) and read == ",".join(
            str(n) for pair in entries for n in pair
        )
    for standings, (read, raw) in zip(parts, found[1], strict=True):
        assert {tuple(map(int, key.split("/"))): State(tag) for key, tag in read} == standings
        assert raw == ",".join(map(str, batches_part(standings)))
