"""Frozen reports: they say what was counted, for good; a correction is a further one and tells the difference."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
import sqlalchemy as sa

from world import World
from world.certificates import enter
from yipin.certification import claims
from yipin.codes.paper.glyphs import find_font
from yipin.errors import Conflict, Forbidden, Invalid
from yipin.indicators import board, report_files, reports
from yipin.models import Certification, Event, Report

DAY = "2026-07-20"


def freeze(world: World, day: str = DAY, reason: str = "") -> Report:
    with world.db.write.begin() as session:
        return reports.freeze(session, world.chen, world.installation.policy, day, reason)


def read(world: World, report: Report) -> dict:  # type: ignore[type-arg]
    with world.db.read.begin() as session:
        return reports.read(session.get_one(Report, report.id))


def test_a_report_stays_as_it_was_when_the_record_changes(world: World) -> None:
    row = enter(world, "ama", "green", "2024-01-01")
    made = freeze(world)
    before = read(world, made)
    with world.db.write.begin() as session:
        claims.withdraw(session, world.chen, session.get_one(Certification, row.id), "登记错了")
    assert read(world, made) == before
    assert before["indicators"][0]["first_time"] == 1


def test_the_database_refuses_to_change_or_delete_a_report(world: World) -> None:
    made = freeze(world)
    for statement in ("UPDATE reports SET reason = NULL", "UPDATE reports SET content = '{}'", "DELETE FROM reports"):
        with pytest.raises(sa.exc.DatabaseError, match="frozen"), world.db.write.begin() as session:
            session.execute(sa.text(f"{statement} WHERE id = {made.id}"))
    assert reports.digest(made.content) == made.sha256


def test_what_is_not_what_was_frozen_is_not_shown() -> None:
    broken = Report(quarter="2026Q3", number=1, content="{}", sha256="0" * 64)
    with pytest.raises(Conflict, match="对不上"):
        reports.read(broken)


def test_the_same_count_gives_the_same_text_and_hash(world: World) -> None:
    enter(world, "ama", "green", "2024-01-01")
    made = freeze(world)
    with world.db.read.begin() as session:
        again = reports.contents(
            board.board(session, world.installation.policy, date(2026, 7, 20)), world.installation.policy
        )
    assert reports.canonical(again) == made.content


def test_a_correction_is_a_further_report_with_its_reason_and_the_difference(world: World) -> None:
    row = enter(world, "ama", "green", "2024-01-01")
    first = freeze(world)
    enter(world, "ben", "organic", "2024-05-01")
    with world.db.write.begin() as session:
        claims.withdraw(session, world.chen, session.get_one(Certification, row.id), "登记错了")
    with pytest.raises(Invalid) as refused:
        freeze(world)
    assert refused.value.field == "reason"
    second = freeze(world, reason="漏登一张，错登一张")
    assert (second.quarter, second.number, second.replaces_id) == ("2026Q3", 2, first.id)
    changes = {change.figure: change for change in reports.difference(read(world, first), read(world, second))}
    assert set(changes) == {"first_time", "net", "stock"}  # the same sums, by other certificates
    change = changes["first_time"]
    assert (change.before, change.after) == (1, 1)
    assert [line["scheme"] for line in change.came] == ["organic"] and [line["scheme"] for line in change.went] == [
        "green"
    ]


def test_a_report_that_would_say_the_same_is_refused(world: World) -> None:
    freeze(world)
    with pytest.raises(Conflict, match="完全一样"):
        freeze(world, reason="再来一份")


@pytest.mark.parametrize("day", ["2026-07-21", "2026-02-30", "", "昨天"])
def test_a_day_that_is_not_over_or_none_is_refused(world: World, day: str) -> None:
    with pytest.raises(Invalid) as refused:
        freeze(world, day)
    assert refused.value.field == "day"


def test_only_the_city_freezes_and_the_event_tells_the_hash(world: World) -> None:
    county = world.officer_of("430225")
    with pytest.raises(Forbidden), world.db.write.begin() as session:
        reports.freeze(session, county, world.installation.policy, DAY)
    made = freeze(world)
    with world.db.read.begin() as session:
        told = session.scalars(sa.select(Event).where(Event.action == "report.freeze")).one()
    assert told.data["sha256"] == made.sha256


@pytest.mark.parametrize("day, quarter", [("2026-01-01", "2026Q1"), ("2026-03-31", "2026Q1"), ("2025-12-31", "2025Q4")])
def test_a_report_belongs_to_the_quarter_of_its_day(day: str, quarter: str) -> None:
    assert reports.quarter_of(date.fromisoformat(day)) == quarter


def test_workbook_and_paper_say_what_the_report_says(world: World, tmp_path: Path) -> None:
    enter(world, "ama", "green", "2024-01-01")
    enter(world, "ben", "gi_mark", "2024-05-01")
    made, out = freeze(world), io.BytesIO()
    content = read(world, made)
    report_files.workbook(out, made, content)
    book = openpyxl.load_workbook(out, read_only=True)
    rows = [row for row in book["指标"].iter_rows(values_only=True) if row[1:2] == ("2023—2025",)]
    assert [row[3:7] for row in rows] == [
        tuple(one[name] for name in report_files.FIGURE_WORDS) for one in content["indicators"]
    ]
    listed = [row for row in book["证书"].iter_rows(values_only=True) if row[2:3] == ("首次新增",)]
    assert {row[5] for row in listed} >= {line["number"] for line in content["lines"]}
    paper = tmp_path / "report.pdf"
    report_files.paper(paper, made, content, find_font())
    with pypdfium2.PdfDocument(paper) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "1 / 50" in text and "征求意见稿" in text and made.sha256 in text.replace("\r\n", "")


def test_a_county_gets_the_certificates_of_its_own(world: World) -> None:
    enter(world, "ama", "green", "2024-01-01")
    made, out = freeze(world), io.BytesIO()
    report_files.workbook(out, made, read(world, made), "430203")
    rows = list(openpyxl.load_workbook(out, read_only=True)["证书"].iter_rows(values_only=True))
    assert not any(row[2:3] == ("首次新增",) for row in rows)
