"""The evidence pack: everything a platform can check again, and nothing by which to find who complained."""

import hashlib
import io
import json
import re
import zipfile

import sqlalchemy as sa
from PIL import Image

from world import NOW, Sold, World
from yipin.access.actor import Actor
from yipin.cases import complaints, evidence
from yipin.codes.keylist import KeyList
from yipin.codes.signing import verify
from yipin.models import Complaint, Event
from yipin.uploads.photographs import photographs


def picture(colour: str) -> io.BytesIO:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A Phone With A Name"
    Image.new("RGB", (60, 40), colour).save(out, "JPEG", exif=exif)
    out.seek(0)
    return out


def packed(world: World, code: str) -> dict[str, bytes]:
    form = complaints.ComplaintForm(
        kind="fake",
        what="包装不对",
        code=code,
        platform="alibaba",
        shop="某某店",
        contact="刘女士",
        phone="13912345678",
        consent=True,
    )
    taken = photographs([("一.jpg", picture("gold")), ("二.jpg", picture("green"))])
    with world.db.write.begin() as session:
        row = complaints.file(session, world.installation, Actor("", NOW), form, "0" * 32, "1.2.3.4", taken)
        again = complaints.file(session, world.installation, Actor("", NOW), form, "0" * 32, "1.2.3.4", taken)
        assert row is again
        pack = evidence.pack(session, world.installation, world.chen, session.get_one(Complaint, row.id))
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_genuine_codes_pack_can_be_checked_again_without_us(world: World, sold: Sold) -> None:
    files = packed(world, sold.digits[1])
    for line in files["manifest.sha256"].decode().splitlines():
        mark, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == mark
    assert set(files) == {
        "case.json",
        "scan.json",
        "signature.json",
        "keys.json",
        "batch.json",
        "photos/01.jpg",
        "photos/02.jpg",
        "manifest.sha256",
    }
    said = json.loads(files["scan.json"])
    payload = verify(said["code"], KeyList.from_json(files["keys.json"].decode()))
    assert payload.id_number == json.loads(files["batch.json"])["id_number"] == sold.batch.id_number
    assert json.loads(files["signature.json"])["genuine"] and said["then"]["verdict"] == "genuine"
    with world.db.read.begin() as session:
        event = session.scalars(sa.select(Event).where(Event.action == "case.export")).one()
    assert event.data["manifest"] == hashlib.sha256(files["manifest.sha256"]).hexdigest()


def test_a_forged_codes_pack_says_at_which_check_it_failed(world: World, sold: Sold) -> None:
    code = sold.digits[0]
    files = packed(world, code[:-1] + str((int(code[-1]) + 1) % 10))
    said = json.loads(files["signature.json"])
    assert said["genuine"] is False and said["check"] == "signature"
    assert json.loads(files["scan.json"])["then"]["verdict"] == "forged" and "batch.json" not in files


def test_no_pack_tells_who_complained_nor_with_which_telephone(world: World, sold: Sold) -> None:
    everything = b"".join(packed(world, sold.digits[0]).values())
    for secret in ("13912345678", "刘女士", "A Phone With A Name"):
        assert secret.encode() not in everything
    # Its last four by themselves: within the digits of a code or a hash any four may stand by chance.
    assert not re.search(rb"(?<![0-9A-Za-z])5678(?![0-9A-Za-z])", everything)
