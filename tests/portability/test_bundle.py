"""Everything of a producer as one file: whole, described, the same in sheets and JSON, and nothing of anybody else."""

import hashlib
import io
import json
from zipfile import ZipFile

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from world import World, signed_in, staff
from world.streets import open_street
from world.zips import bundle, said
from yipin.accounts import people, reset
from yipin.jobs.worker import Worker
from yipin.models import Account, JobLane, Position, Producer
from yipin.portability.parts import PARTS

POSTGRESQL_IN_SOAK = True  # plain reads
RARE = {"void_units", "collected"}  # of which the street has none


@pytest.fixture
def ama(world: World, app: Flask) -> ZipFile:
    """The data of Ama, whose street has everything and a neighbour."""
    open_street(world, app)
    return bundle(world, world.ama)


def test_the_manifest_names_every_file_with_its_hash(ama: ZipFile) -> None:
    zipped = ama
    manifest = json.loads(zipped.read("manifest.json"))
    assert {each["path"] for each in manifest["files"]} | {"manifest.json"} == set(zipped.namelist())
    for each in manifest["files"]:
        content = zipped.read(each["path"])
        assert (len(content), hashlib.sha256(content).hexdigest()) == (each["bytes"], each["sha256"]), each["path"]
    assert manifest["left_out"] == [] and manifest["producer"]["name"] == "Ama 黄桃合作社"
    kinds = {name.partition("/")[0] for name in zipped.namelist()}
    assert kinds == {"sheets", "rows", "papers", "files", "pictures", "README.zh.md", "README.en.md", "manifest.json"}


def test_no_part_is_empty_on_a_street_that_has_everything_and_both_forms_say_the_same(ama: ZipFile) -> None:
    zipped = ama
    for part in PARTS:
        rows = json.loads(zipped.read(f"rows/{part.key}.json"))
        book = openpyxl.load_workbook(io.BytesIO(zipped.read(f"sheets/{part.key}.xlsx")), read_only=True)
        lines = list(book.active.iter_rows(values_only=True))
        heads = [said("zh", each.title) for each in part.columns]
        start = next(at for at, line in enumerate(lines) if str(line[0]).startswith(heads[0]))
        assert len(lines) - start - 1 == len(rows), part.key
        assert all(list(row) == [each.key for each in part.columns] for row in rows), part.key
        assert bool(rows) == (part.key not in RARE), part.key


def test_it_holds_nothing_secret_and_nothing_of_the_neighbour(world: World, app: Flask) -> None:
    word = open_street(world, app).word
    with world.db.write.begin() as session:
        code = reset.allow(session, world.chen, session.get_one(Account, world.ama.account_id))
        columns = (Account.password_hash, Account.reset_mark, Producer.identity_mark)
        secret = [text for column in columns for text in session.scalars(sa.select(column)) if text]
        theirs = session.get_one(Producer, world.ben.producer_id)
        assert theirs.uscc
    zipped = bundle(world, world.ama)
    whole = b"\n".join(zipped.read(name) for name in zipped.namelist() if name.startswith("rows/")).decode()
    hidden = [*secret, code, word, word.replace("-", ""), theirs.uscc, theirs.name, "password"]
    assert [text for text in hidden if f'"{text}' in whole] == []


def test_the_readme_describes_every_file_and_column(ama: ZipFile) -> None:
    zipped = ama
    for lang in ("zh", "en"):
        told = zipped.read(f"README.{lang}.md").decode()
        for part in PARTS:
            assert f"`sheets/{part.key}.xlsx`, `rows/{part.key}.json`" in told
            assert all(f"| `{each.key}` | " in told for each in part.columns)


def test_the_owner_alone_has_it_made_and_only_as_long_as_an_owner(world: World, app: Flask) -> None:
    staff.hired(world, Position.CLERK, "dan")
    other = staff.hired(world, Position.OWNER, "eve")
    assert signed_in(app, "dan").post("/producer/my-data").status_code == 403
    eve = signed_in(app, "eve")
    assert eve.get("/producer/my-data").status_code == 200
    assert eve.post("/producer/my-data").status_code == 302
    Worker(world.db, world.installation).work(JobLane.SLOW)
    answer = eve.get("/jobs/1/result")
    assert answer.status_code == 200 and "README.en.md" in ZipFile(io.BytesIO(answer.data)).namelist()
    assert "# My data" in ZipFile(io.BytesIO(answer.data)).read("README.en.md").decode()
    with world.db.write.begin() as session:
        people.change_position(session, world.ama, session.get_one(Account, other.account_id), "clerk")
    assert eve.get("/jobs/1/result").status_code == 403
