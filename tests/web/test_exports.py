"""Every list as an Excel file: the same rows as its page, no formula in any column, nothing that is sealed. The tests
go through the registry, so that a new list is tried the day it is added."""

import io
import zipfile
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import NOW, World, signed_in
from world.formulas import FORMULAS
from world.scans import look
from world.streets import Street, open_street
from yipin.access.actor import Actor
from yipin.audit import holds
from yipin.commitment import certificates
from yipin.db.columns import Base
from yipin.models import Batch, CodeRange, CommitmentCertificate, Role
from yipin.policy import policy
from yipin.sheets import writer
from yipin.sheets.writer import Kind
from yipin.web.export_file import Export
from yipin.web.exportlists import EXPORTS
from yipin.web.rights import RULES

BOTH_DATABASES = True  # the lists are read by the databases' own cursors

OF_THE_CITY = {"events", "brands", "inputs"}  # the log has rules of its own, the directory is public, the list is one
# What the database itself lets nobody change.
FROZEN = {"events", "reports", "farm_entries", "commitment_certificates"}
SEALED = {"identity_sealed", "identity_mark", "contact", "phone", "contact_sealed", "contact_mark", "password_hash"}
each = pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.key)


def address(export: Export, query: str = "state=") -> str:
    return f"/bureau/exports/{export.key}.xlsx?{query}"


def browser_for(street: Street, export: Export) -> FlaskClient:
    roles = RULES[export.endpoint, "GET"].roles or set()
    return street.browsers["chen" if Role.OFFICER in roles else "administrator"]


def opened(data: bytes) -> list[list]:  # type: ignore[type-arg]
    """The rows under the header; nothing in the file is a formula."""
    for row in (rows := list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows())):
        assert "f" not in {cell.data_type for cell in row}
    raw = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in raw and "<f " not in raw
    return [[cell.value for cell in row] for row in rows[3:]]


@each
def test_no_text_in_any_column_becomes_a_formula(export: Export, world_policy) -> None:  # type: ignore[no-untyped-def]
    columns = export.columns(world_policy)
    heads = [writer.Column(column.title, column.kind) for column in columns]
    rows = [[text if column.kind is Kind.TEXT else None for column in columns] for text in FORMULAS]
    out = io.BytesIO()
    writer.write(out, writer.Sheet(export.title, FORMULAS[0], heads, rows, [FORMULAS[1]]))
    assert len(opened(out.getvalue())) == len(FORMULAS)


@pytest.fixture(scope="module")
def world_policy():  # type: ignore[no-untyped-def]
    return policy.load("zhuzhou")


NOBODYS_WORDS = {"access_log"}  # all of it is words of the program, and networks


@pytest.fixture
def street(world: World, app: Flask) -> Street:
    """One object of every kind, each of its free texts a formula."""
    made = open_street(world, app)
    with world.db.write.begin() as session:
        evil = Actor("=1+1", NOW, Role.OFFICER, world.chen.account_id)
        holds.hold(session, evil, session.scalars(sa.select(Batch).order_by(Batch.id)).first(), "+1+1")
        certificates.void(session, evil, session.scalars(sa.select(CommitmentCertificate)).first(), "=1+1")
    with world.db.write.begin() as session:
        batch = session.scalars(sa.select(Batch).order_by(Batch.id)).first()
        digits = _digits(world, batch)
    look(world, digits, at=NOW + timedelta(hours=1))
    with world.db.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in FROZEN or "id" not in table.c:
                continue
            evil_text = sa.literal("=1+").concat(sa.cast(table.c.id, sa.String))
            free = {
                column.name: evil_text
                for column in table.c
                if type(column.type) is sa.String and (column.type.length or 0) >= 100 and column.name not in SEALED
            }
            sealed = {name: "13912345678" for name in ("contact", "phone") if name in table.c}
            if free | sealed:
                connection.execute(table.update().values(**free, **sealed))
    return made


def _digits(world: World, batch: Batch) -> str:
    with world.db.read.begin() as session:
        codes = session.scalars(sa.select(CodeRange).where(CodeRange.batch_id == batch.id)).first()
    return world.codes(codes)[0]


def test_every_list_is_given_out_whole_without_formulas_and_without_what_is_sealed(street: Street) -> None:
    for export in EXPORTS:
        answer = browser_for(street, export).get(address(export))
        assert answer.status_code == 200, f"{export.key}: {answer.text[:200]}"
        rows = opened(answer.data)
        assert rows, f"{export.key} is empty: make one in tests/web/streets.py"
        texts = [str(value) for row in rows for value in row if value is not None]
        if export.key not in NOBODYS_WORDS:
            assert any(text.startswith(("=", "+")) for text in texts), f"{export.key} shows no free text"
        assert not [text for text in texts if "13912345678" in text or "13800000000" in text], export.key


def test_a_county_officer_is_given_the_own_county_and_nothing_else(street: Street) -> None:
    for export in EXPORTS:
        if Role.OFFICER not in (RULES[export.endpoint, "GET"].roles or set()) or export.key in OF_THE_CITY:
            continue
        assert opened(street.browsers["officer-430225"].get(address(export)).data), export.key
        assert not opened(street.browsers["officer-430203"].get(address(export)).data), export.key


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


def test_the_file_has_the_filter_of_the_page_and_its_words_are_the_reader_s(world: World, chen: FlaskClient) -> None:
    first, second = world.declare(), world.declare(world.ben)
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, second.id), "抽检待复核")
    page = chen.get("/bureau/batches?state=on_hold&product=黄桃").text
    assert "exports/batches.xlsx?state=on_hold&amp;product=" in page
    held = opened(chen.get("/bureau/exports/batches.xlsx?state=on_hold&product=黄桃").data)
    assert [row[0] for row in held] == [second.id_number]
    assert held[0][13:] == ["已冻结", "主管部门", "抽检待复核"]
    assert len(opened(chen.get("/bureau/exports/batches.xlsx").data)) == 2
    english = chen.get("/bureau/exports/batches.xlsx?state=on_hold&lang=en")
    assert opened(english.data)[0][13] == "On hold"
    assert first.id_number not in str(held)


def test_the_waiting_producers_are_what_the_page_shows_first(world: World, chen: FlaskClient) -> None:
    assert opened(chen.get("/bureau/exports/producers.xlsx").data) == []
    names = {row[0] for row in opened(chen.get("/bureau/exports/producers.xlsx?state=approved").data)}
    assert names == {"Ama 黄桃合作社", "Ben 黄桃合作社"}
