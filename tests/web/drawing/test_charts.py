"""Charts are drawn here, with their words escaped and every mark in its place."""

from yipin.web.drawing.charts import EXPIRY_AXIS, Ending, expiry_chart


def test_each_county_has_a_row_and_each_certificate_a_mark_at_its_day() -> None:
    endings = [Ending(30, "band30", False), Ending(45, "band60", True), Ending(-90, "band0", False)]
    drawn = expiry_chart([("炎陵县", endings), ("<攸县>", [])], ["a", "b", "c", "d", "e"], "见下表")
    assert 'viewBox="0 0 760 108" role="img" aria-label="见下表"' in drawn
    assert '<rect class="band30" x="424.0" y="39" width="12" height="12"/>' in drawn
    assert '<circle class="renewed" cx="505.0" cy="45" r="6"/>' in drawn
    assert '<path class="ended" d="M124.0 39l12 12m0 -12l-12 12"/>' in drawn
    assert '<text class="name" x="4" y="84">&lt;攸县&gt;</text>' in drawn
    assert '<line class="grid now" x1="280" x2="280" y1="22" y2="98"/>' in drawn
    assert all(f'<text class="axis" x="{x}" y="15">' in drawn for _, x in EXPIRY_AXIS)
