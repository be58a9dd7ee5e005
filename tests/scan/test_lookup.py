"""Step 4: what is told of a code today. A good signature alone is never 正品."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from world.insured import insured
from world.pictures import shown_picture
from world.scans import look, told
from yipin.audit import holds
from yipin.certification import claims
from yipin.clock import day_of
from yipin.codes.idnumber import batch_integer, new_id_number
from yipin.codes.payload import Fact, Payload
from yipin.codes.signing import sign, verify
from yipin.codes.units import UnitPermutation
from yipin.errors import BadIdNumber, NotFound
from yipin.indicators import cache
from yipin.insurance.coverage import Cover
from yipin.models import Batch, CodeRange, PrintRun, Product, Scan, UnitScans
from yipin.printing import runs
from yipin.scan import id_numbers
from yipin.scan.id_card import Level
from yipin.scan.looks import Reader
from yipin.scan.verdicts import Verdict


def officer(world: World, do: object, batch: Batch, reason: str = "检出农残") -> None:
    with world.db.write.begin() as session:
        do(session, replace(world.chen, at=NOW + timedelta(hours=1)), session.get_one(Batch, batch.id), reason)  # type: ignore[operator]


def void(world: World, sold: Sold, number: str = "1") -> None:
    with world.db.write.begin() as session:
        runs.void_units(session, world.ama, session.get_one(Batch, sold.batch.id), number, "撕坏了")


def crowd(world: World, digits: str) -> None:
    """As many different readers as the policy takes for a sign of copies."""
    for number in range(world.installation.policy.clone.readers):
        look(world, digits, Reader.of(f"198.51.{number}.9", "Android"))


def test_a_released_pack_on_sale_is_genuine_and_its_card_says_what_it_is(world: World, sold: Sold) -> None:
    with world.db.read.begin() as session:
        cache.board(session, world.installation.policy, day_of(NOW))
    answer = look(world, sold.digits[1])
    assert (answer.verdict, answer.level, answer.since, answer.advice) == (Verdict.GENUINE, Level.UNIT, None, None)
    assert (answer.scans, answer.first_scan, answer.key_number) == (1, NOW, 1)
    card = answer.card
    assert card is not None
    assert (card.product, card.brand, card.producer) == ("炎陵黄桃", "炎陵黄桃", "Ama 黄桃合作社")
    assert (card.county, card.place, card.net_content) == ("湖南省株洲市炎陵县", "霞阳镇山垄村", "2.5 kg")
    assert (card.id_number, card.harvest_date, card.unit) == (sold.batch.id_number, sold.batch.harvest_date, 2)
    assert [str(step.what) for step in answer.steps] == ["采收", "批次登记", "赋码并签名", "标签上包装，上市"]
    assert answer.progress is not None and answer.progress.target == 50
    assert answer.insurance is not None and answer.insurance.status is Cover.NONE


@pytest.mark.parametrize(
    ("stopped", "verdict"), [(holds.hold, Verdict.ON_HOLD), (holds.recall, Verdict.RECALLED)], ids=["hold", "recall"]
)
def test_the_next_scan_after_a_stop_says_so_with_reason_and_time(
    world: World, sold: Sold, stopped: object, verdict: Verdict
) -> None:
    assert look(world, sold.digits[0]).verdict is Verdict.GENUINE
    officer(world, stopped, sold.batch)
    answer = look(world, sold.digits[0])
    assert answer.verdict is verdict and "检出农残" in str(answer.reason)
    assert answer.since == NOW + timedelta(hours=1) and answer.advice is not None
    assert answer.card is not None  # the card is still shown: which thing to send back
    assert str(answer.steps[-1].what) in ("冻结", "召回")


def test_a_batch_released_from_hold_is_genuine_again(world: World, sold: Sold) -> None:
    officer(world, holds.hold, sold.batch)
    officer(world, holds.release, sold.batch, "复检合格")
    answer = look(world, sold.digits[0])
    assert (answer.verdict, answer.since) == (Verdict.GENUINE, None)
    assert "复检" not in str(answer.reason)


def test_the_gravest_word_wins(world: World, sold: Sold) -> None:
    """recalled or held, then void, then not released, then genuine, then suspicious."""
    crowd(world, sold.digits[0])
    assert look(world, sold.digits[0]).verdict is Verdict.SUSPICIOUS
    void(world, sold)
    assert look(world, sold.digits[0]).verdict is Verdict.VOID
    officer(world, holds.hold, sold.batch)
    assert look(world, sold.digits[0]).verdict is Verdict.ON_HOLD
    officer(world, holds.recall, sold.batch)
    assert look(world, sold.digits[0]).verdict is Verdict.RECALLED


@pytest.mark.parametrize("stop", [None, "void", "hold", "recall"])
def test_a_unit_not_released_is_told_by_what_is_graver(world: World, sold: Sold, stop: str | None) -> None:
    codes = world.issue(sold.batch, 1, "form-2")
    digits = world.codes(codes)[0]
    if stop == "void":
        void(world, sold, "4")
    elif stop:
        officer(world, {"hold": holds.hold, "recall": holds.recall}[stop], sold.batch)
    wanted = {None: Verdict.NOT_RELEASED, "void": Verdict.VOID, "hold": Verdict.ON_HOLD, "recall": Verdict.RECALLED}
    answer = look(world, digits)
    assert answer.verdict is wanted[stop] and answer.card is not None and answer.advice is not None


def test_a_crowd_does_not_make_an_unreleased_unit_merely_suspicious(world: World, sold: Sold) -> None:
    digits = world.codes(world.issue(sold.batch, 1, "form-2"))[0]
    crowd(world, digits)
    assert look(world, digits).verdict is Verdict.NOT_RELEASED


def test_a_copied_code_is_suspicious_but_its_neighbour_is_not(world: World, sold: Sold) -> None:
    crowd(world, sold.digits[0])
    answer = look(world, sold.digits[0])
    assert answer.verdict is Verdict.SUSPICIOUS and answer.card is not None and answer.advice is not None
    assert look(world, sold.digits[1]).verdict is Verdict.GENUINE
    later = look(world, sold.digits[0], at=NOW + timedelta(hours=world.installation.policy.clone.hours + 1))
    assert later.verdict is Verdict.GENUINE


def test_what_was_answered_is_what_is_written_down(world: World, sold: Sold) -> None:
    crowd(world, sold.digits[0])
    void(world, sold, "2")
    answers = [look(world, digits).verdict for digits in sold.digits]
    with world.db.read.begin() as session:
        latest = session.scalars(sa.select(Scan.verdict).order_by(Scan.id.desc()).limit(3)).all()
    assert latest[::-1] == answers == [Verdict.SUSPICIOUS, Verdict.VOID, Verdict.GENUINE]


def signed(world: World, real: Batch, **changes: object) -> str:
    """A code signed with the real key that says whatever is asked; without changes, the batch's first."""
    unit = UnitPermutation(world.installation.secrets.units, real.id_number).number(0)
    fields = {
        "key": 1,
        "county": int(real.id_number[:6]),
        "batch": batch_integer(real.id_number),
        "unit": unit,
        "harvest_date": real.harvest_date,
        "facts": Fact(0),
    } | changes
    return sign(Payload(**fields), world.installation.ring.signer(NOW))  # type: ignore[arg-type]


def test_a_good_signature_on_what_was_never_issued_is_unknown(world: World, sold: Sold) -> None:
    assert signed(world, sold.batch) == sold.digits[0]  # the helper makes the real code when nothing is changed
    units = UnitPermutation(world.installation.secrets.units, sold.batch.id_number)
    strange = {
        "a unit after the last": {"unit": units.number(3)},
        "a unit far off": {"unit": units.number((1 << 27) - 1)},
        "another batch": {"batch": batch_integer(sold.batch.id_number) ^ 1},
        "another county": {"county": 430224},
        "another day": {"harvest_date": sold.batch.harvest_date + timedelta(days=1)},
        "a claim it never had": {"facts": Fact.ORGANIC},
    }
    for what, changes in strange.items():
        answer = look(world, signed(world, sold.batch, **changes))
        assert answer.verdict is Verdict.UNKNOWN, what
        assert answer.card is None and answer.advice is not None and answer.scans is None
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(Scan.id)) is None


def test_a_batch_declared_but_never_coded_has_no_genuine_unit(world: World) -> None:
    assert look(world, signed(world, world.declare())).verdict is Verdict.UNKNOWN


def test_a_whole_code_that_nobody_here_signed_is_forged_and_counts_nothing(world: World, sold: Sold) -> None:
    code = sold.digits[0]
    for text in (code[:-1] + str((int(code[-1]) + 1) % 10), "9" * 191, "0" * 191, code[::-1], "1" * 37):
        answer = look(world, text)
        assert answer.verdict is Verdict.FORGED and answer.card is None and answer.advice is not None
        assert str(answer.reason) == "这个码不是我们发的。" and answer.fault and len(answer.asked) <= 40
    assert nothing_counted(world)


def test_a_code_that_was_not_read_whole_is_not_called_forged(world: World, sold: Sold) -> None:
    code = sold.digits[0]
    for text in (code[:-1], code + "0", code[:37], "", "hello", "\ud800" * 191, "+" + code[1:], code * 100 + "1"):
        answer = look(world, text)
        assert answer.verdict is Verdict.INCOMPLETE and answer.card is None and len(answer.asked) <= 40, text[:40]
        assert "再扫一次" in str(answer.reason)
    answer = look(world, f"{code} {sold.digits[1]}")
    assert answer.verdict is Verdict.SEVERAL and answer.codes == (code, sold.digits[1])
    assert nothing_counted(world)


def nothing_counted(world: World) -> bool:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(Scan.id)) is None and session.scalar(sa.select(UnitScans.scans)) is None


def test_a_look_without_a_reader_answers_and_counts_nothing(world: World, sold: Sold) -> None:
    assert told(world, sold.digits[0]).scans == 0
    look(world, sold.digits[0])
    answer = told(world, sold.digits[0])
    assert (answer.verdict, answer.scans, answer.first_scan) == (Verdict.GENUINE, 1, NOW)


def test_a_link_preview_is_answered_and_not_counted(world: World, sold: Sold) -> None:
    answer = look(world, sold.digits[0], Reader.of("203.0.113.9", "WhatsApp/2.23"))
    assert (answer.verdict, answer.scans, answer.first_scan) == (Verdict.GENUINE, 0, None)


def test_a_stopped_or_void_unit_still_counts_its_looks(world: World, sold: Sold) -> None:
    void(world, sold)
    officer(world, holds.hold, sold.batch)
    look(world, sold.digits[0])
    assert look(world, sold.digits[0], at=NOW + timedelta(hours=1)).scans == 2


def test_the_facts_of_the_day_of_issue_stay_beside_todays_certificates(world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        product = session.get_one(Product, batch.product_id)
        row = claims.enter(
            session,
            world.chen,
            product,
            scheme="green",
            number="LB-00-24010000000A",
            valid_from="2026-01-01",
            valid_to="",
        )
        insured(session, world.chen, product, valid_from="2026-07-01", valid_to="2026-07-31")
    codes = world.issue(batch, 1)
    world.release(world.print(codes))
    digits = world.codes(codes)[0]
    assert verify(digits, world.installation.keys).facts == Fact.GREEN | Fact.INSURED
    answer = look(world, digits)
    assert answer.facts_at_issue == ("绿色食品", "质量保险")
    assert [badge.name for badge in answer.certifications] == ["绿色食品"]
    assert answer.insurance is not None and answer.insurance.status is Cover.COVERED
    with world.db.write.begin() as session:
        claims.withdraw(session, world.chen, session.get_one(type(row), row.id), "证书注销")
    later = look(world, digits)
    assert later.certifications == () and later.facts_at_issue == ("绿色食品", "质量保险")
    assert later.verdict is Verdict.GENUINE


def test_a_typed_batch_number_shows_the_record_and_proves_no_pack(world: World, sold: Sold) -> None:
    typed = sold.batch.id_number.lower()
    with world.db.read.begin() as session:
        answer = id_numbers.look_up_batch(session, world.installation, f" {typed[:4]} {typed[4:9]}-{typed[9:]}　", NOW)
    assert (answer.verdict, answer.level) == (Verdict.ON_RECORD, Level.BATCH)
    assert "不能证明" in str(answer.reason) and (answer.scans, answer.key_number) == (None, None)
    assert answer.card is not None and answer.card.unit is None


def test_a_typed_number_of_a_stopped_batch_says_so(world: World, sold: Sold) -> None:
    for do, verdict in ((holds.hold, Verdict.ON_HOLD), (holds.recall, Verdict.RECALLED)):
        officer(world, do, sold.batch)
        with world.db.read.begin() as session:
            answer = id_numbers.look_up_batch(session, world.installation, sold.batch.id_number, NOW)
        assert answer.verdict is verdict and answer.since and "检出农残" in str(answer.reason)


def test_a_typed_product_number_shows_the_product(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        product = session.get_one(Product, sold.batch.product_id)
        shown_picture(session, world.ama, world.chen, product, b"\xff\xd8jpeg")
        number = product.id_number or ""
        answer = id_numbers.look_up_product(session, world.installation, number, NOW)
        assert id_numbers.kind_of_number(session, number) is Level.PRODUCT
        assert id_numbers.kind_of_number(session, sold.batch.id_number.lower()) is Level.BATCH
    assert (answer.verdict, answer.level, answer.asked) == (Verdict.ON_RECORD, Level.PRODUCT, number)
    assert answer.card is not None and answer.card.picture and answer.card.picture.startswith(f"/picture/{number}-")
    assert (answer.card.harvest_date, answer.card.net_content) == (None, None)  # a product has no harvest


def test_a_mistyped_number_is_refused_and_no_character_is_called_wrong_that_may_be_right(
    world: World, sold: Sold
) -> None:
    right = sold.batch.id_number
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    for find in (id_numbers.look_up_batch, id_numbers.look_up_product):
        with pytest.raises(BadIdNumber, match="逐位核对"), world.db.read.begin() as session:
            find(session, world.installation, wrong, NOW)
    for typed in ("", "桃", right[:-1], "\x00" * 16, "？" * 16, right + right):
        with pytest.raises(BadIdNumber), world.db.read.begin() as session:
            id_numbers.kind_of_number(session, typed)


def test_a_number_that_nobody_has_is_not_found(world: World, sold: Sold) -> None:
    nobody = new_id_number("430225")
    with world.db.read.begin() as session:
        for find in (
            lambda: id_numbers.look_up_batch(session, world.installation, nobody, NOW),
            lambda: id_numbers.kind_of_number(session, nobody),
            lambda: id_numbers.look_up_product(session, world.installation, nobody, NOW),
            lambda: id_numbers.look_up_product(session, world.installation, sold.batch.id_number, NOW),
        ):
            with pytest.raises(NotFound, match="对照标签"):
                find()


def test_a_compared_label_tells_which_pack_it_is(world: World, sold: Sold) -> None:
    cards = [look(world, digits).card for digits in sold.digits]
    assert [card.unit for card in cards if card] == [1, 2, 3]


def test_a_second_range_and_run_of_a_batch_are_told_apart(world: World, sold: Sold) -> None:
    later = replace(world.ama, at=NOW + timedelta(days=2))
    codes = world.issue(sold.batch, 2, "form-2", who=later)
    run = world.print(codes, key="print-2")
    world.release(run, replace(world.ama, at=NOW + timedelta(days=3)))
    digits = world.codes(world.get(CodeRange, codes.id))
    steps = look(world, digits[0]).steps
    assert [step.day.day for step in steps] == [18, 20, 22, 23]
    assert [step.day.day for step in look(world, sold.digits[0]).steps] == [18, 20, 20, 20]
    assert world.get(PrintRun, run.id).first == 3
