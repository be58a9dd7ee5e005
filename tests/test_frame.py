"""The test world itself: the whole way once, quickly."""

from conftest import NOW, Sold, World

from yipin import scan
from yipin.card import Verdict
from yipin.counting import Reader


def test_a_printed_and_released_pack_is_genuine(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        answer = scan.scan_unit(session, world.office, sold.digits[0], Reader.of("203.0.113.9", "Mozilla"), NOW)
    assert answer.verdict is Verdict.GENUINE
    assert answer.scans == 1
