"""The count by columns says what the plain count says, line by line, however certificates are chained and changed."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from world import plaincount
from yipin.indicators import measures
from yipin.indicators.line import Line
from yipin.indicators.line_table import LineTable

START = date(2023, 1, 1)
PERIOD = measures.Period(frozenset({"green", "organic"}), START, START + timedelta(days=60), START - timedelta(days=10))
DAYS = [START + timedelta(days=n) for n in (-10, 20, 60, 90)]
LISTS = ("first", "stock", "at_base", "at_end", "pending")

some_day = st.integers(-30, 90).map(lambda n: START + timedelta(days=n))
products = st.lists(
    st.tuples(st.sampled_from(("桃", "茶", "姜")), st.sampled_from((None, None, 7, 8))), min_size=1, max_size=3
)


@st.composite
def papers(draw: st.DrawFn, numbers: range = range(1, 9)) -> list[Line]:
    """Lines of certificates that renew one another in all ways, also wrong ones."""
    found: list[Line] = []
    for paper in numbers:
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


def agree(ledger: LineTable, lines: list[Line]) -> None:
    plain = plaincount.Ledger(lines)
    assert ledger.unit == plain.unit
    assert ledger.renewals == plain.renewals
    for day in DAYS:
        ours, theirs = measures.count(ledger, PERIOD, day), plaincount.count(plain, PERIOD, day)
        for name in LISTS:
            found, expected = getattr(ours, name), getattr(theirs, name)
            assert {line.id for line in found} == {line.id for line in expected}, (name, day)
            assert measures.totals(found) == measures.totals(list(expected), plain.unit)
            assert {word: [*group] for word, group in measures.by_word(found, "county").items()} == {
                word: [*group] for word, group in measures.by([*found], lambda line: line.county).items()
            }
        known = plain.known(PERIOD.schemes, day)
        for year in measures.years(ledger, ours):
            assert {*year.stock} == {*plaincount.in_force(plain, known, year.day)}


@settings(max_examples=60, deadline=None)
@given(papers())
def test_the_columns_count_what_the_rules_say(lines: list[Line]) -> None:
    agree(LineTable(lines), lines)


@settings(max_examples=25, deadline=None)
@given(papers(), papers(range(3, 6)))
def test_a_ledger_in_which_papers_were_changed_is_the_ledger_of_the_changed_papers(
    lines: list[Line], fresh: list[Line]
) -> None:
    changed = {3, 4, 5}
    agree(
        LineTable(lines).changed(changed, fresh), [line for line in lines if line.certification not in changed] + fresh
    )
