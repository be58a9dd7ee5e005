"""The count says what its definitions say, line by line, however certificates are chained."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from world import plaincount
from yipin.indicators import measures
from yipin.indicators.line import Line
from yipin.indicators.units import named

START = date(2023, 1, 1)
PERIOD = measures.Period(frozenset({"green", "organic"}), START, START + timedelta(days=60), START - timedelta(days=10))
DAYS = [START + timedelta(days=n) for n in (-10, 20, 60, 90)]
LISTS = ("first", "stock", "at_base", "at_end", "pending")

some_day = st.integers(-30, 90).map(lambda n: START + timedelta(days=n))
products = st.lists(
    st.tuples(st.sampled_from(("桃", "茶", "姜")), st.sampled_from((None, None, 7, 8))), min_size=1, max_size=3
)


@st.composite
def papers(draw: st.DrawFn) -> list[Line]:
    """Lines of certificates that renew one another in all ways, also wrong ones."""
    found: list[Line] = []
    for paper in range(1, 9):
        if not draw(st.integers(0, 4)):
            continue
        subject, scheme = draw(st.sampled_from(("a", "b"))), draw(st.sampled_from(("green", "organic", "gi_mark")))
        granted, ended = draw(some_day), draw(st.none() | some_day)
        lasts, renews = draw(st.none() | st.integers(0, 60)), draw(st.none() | st.integers(1, 9))
        for place, (product, number) in enumerate(draw(products)):
            found.append(
                Line(
                    paper * 10 + place,
                    paper,
                    scheme,
                    f"N{paper}",
                    subject,
                    subject,
                    number,
                    product,
                    draw(st.sampled_from("xy")),
                    granted,
                    granted,
                    None if lasts is None else granted + timedelta(days=lasts),
                    draw(some_day),
                    draw(st.none() | some_day),
                    draw(st.booleans()),
                    ended,
                    draw(st.sampled_from(("revoked", "withdrawn"))) if ended else None,
                    renews,
                )
            )
    return found


@settings(max_examples=60)
@given(papers())
def test_every_line_is_of_the_unit_that_the_definitions_give_it(lines: list[Line]) -> None:
    record = plaincount.Record.of(lines)
    counted = named(lines)
    assert {line.id: line.unit for line in counted} == record.units()
    assert {line.id for line in counted if line.is_renewal} == {
        line.id for line in lines if record.renewed(line) is not None
    }


@settings(max_examples=60)
@given(papers(), st.sampled_from(DAYS))
def test_every_figure_is_what_the_definitions_say(lines: list[Line], day: date) -> None:
    record = plaincount.Record.of(lines)
    ours, theirs = measures.count(named(lines), PERIOD, day), plaincount.count(record, PERIOD, day)
    for name in LISTS:
        found = getattr(ours, name)
        assert {line.id for line in found} == getattr(theirs, name), name
        assert [*found] == sorted(found, key=lambda line: (line.granted, line.certification, line.id))
    for year in measures.years(ours):
        known = [line for line in record.lines if line.scheme in PERIOD.schemes and line.known(day)]
        assert {line.id for line in year.stock} == plaincount.in_force(known, record.units(), year.day)


@settings(max_examples=60)
@given(papers())
def test_totals_tell_units_products_and_papers_apart(lines: list[Line]) -> None:
    units = plaincount.Record.of(lines).units()
    stock = measures.count(named(lines), PERIOD, DAYS[-1]).stock
    products = {units[line.id].goods for line in stock}
    assert measures.totals(stock) == (len(stock), len(products), len({line.number for line in stock}))
