"""A personal datum that went through every form is deleted by request: its bytes are in no file, and every proof holds."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World, signed_in
from world.logged import append, checkpoint, folder_of, found, rebuilt
from world.reading import see
from world.uploads import pdf
from yipin.db.sqlite import newest_module
from yipin.log import proofs
from yipin.models import CommitmentCertificate, Complaint, Job, JobState, Producer

PHONE, NAME = "13987654321", "欧阳锦书"
FORM = {"asker": "self", "reason": "本人来信，已核对身份", "confirmed": "永久删除"}


def spelt(words: str) -> set[bytes]:
    """The words as a file may hold them."""
    return {words.encode(kind) for kind in ("utf-8", "utf-16-le", "gb18030")} | {json.dumps(words)[1:-1].encode()}


def parts_of(content: bytes) -> Iterator[bytes]:
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield from parts_of(packed.read(name))


def files_with(folder: Path, words: str) -> set[str]:
    """The files below a folder that hold the words, packed or not."""
    return {
        path.relative_to(folder).parts[0]
        for path in folder.rglob("*")
        if path.is_file()
        for part in parts_of(path.read_bytes())
        if any(each in part for each in spelt(words))
    }


def backed_up(world: World, folder: Path) -> Path:
    """A backup as docs/install.md makes it."""
    folder.mkdir()
    for name in ("yipin", "looks"):
        with (
            closing(newest_module().connect(str(world.settings.data / f"{name}.db"))) as source,
            closing(newest_module().connect(str(folder / f"{name}.db"))) as copy,
        ):
            source.backup(copy)
    return folder


def filled(browser: FlaskClient, page: str, **typed: str) -> dict[str, str]:
    """A form as its page gives it, with what somebody types."""
    return {name: values[0] for name, values in see(browser.get(page).text).values.items() if values} | typed


def plant(world: World, app: Flask, sold: Sold) -> None:
    """Name and telephone go through the forms of growers, consumers and officers."""
    ama, chen, buyer = signed_in(app, "ama"), signed_in(app, "chen"), app.test_client()
    said = f"找{NAME}，电话 {PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}"
    entry = {
        "what": said,
        "day": "2026-07-02",
        "season": "2026",
        "crop": "黄桃",
        "crop_kind": "fruit",
        "operator": NAME,
    }
    sent = [
        ama.post("/producer/profile/contact", data={"contact": NAME, "phone": PHONE, "township": "霞阳镇"}),
        ama.post("/producer/farm/new", data=filled(ama, "/producer/farm/new?kind=work", kind="work", **entry)),
        ama.post("/producer/partners/new", data={"name": f"{NAME}超市", "phone": PHONE, "note": said}),
        ama.post(
            f"/producer/batches/{sold.batch.id_number}/commitment",
            data={"quantity": "5", "bases": "control", "key": "k"},
        ),
        ama.post(
            f"/producer/batches/{sold.batch.id_number}/ship",
            data={
                "customer": f"{NAME}超市",
                "place": "株洲",
                "phone": PHONE,
                "day": "2026-07-19",
                "quantity": "5",
                "key": "s",
            },
        ),
        chen.post(
            f"/bureau/producers/{world.ama.producer_id}/identity",
            data={"name": "Ama 果园", "reason": said, "file": (io.BytesIO(pdf("licence")), f"{NAME}.pdf")},
        ),
        ama.post("/producer/my-data", data={"sure": "1"}),
        buyer.post("/report", data=filled(buyer, "/report", **COMPLAINT, what=said)),
    ]
    assert [answer.status_code for answer in sent] == [302] * 7 + [303], [
        answer.text[:3000] for answer in sent if answer.status_code > 399
    ]


COMPLAINT = {"kind": "quality", "platform": "shop", "county": "430225", "contact": NAME, "phone": PHONE, "consent": "y"}


def test_what_was_deleted_is_in_no_file_and_in_no_fresh_backup_and_every_proof_holds(
    world: World, app: Flask, sold: Sold, tmp_path: Path
) -> None:
    plant(world, app, sold)
    append(world)
    for words in (PHONE, NAME):
        assert {"yipin.db"} <= files_with(world.settings.data, words) | files_with(
            backed_up(world, tmp_path / words), words
        )
    chen, path = signed_in(app, "chen"), f"/bureau/producers/{world.ama.producer_id}/erase"
    assert chen.post(path, data=FORM | {"datum": "producer_phone"}).status_code == 302
    done = chen.post(path, data=FORM | {"datum": "producer_contact", "everywhere": "y"}, follow_redirects=True)
    assert "已删除" in done.text and "同样的文字还在" not in done.text
    assert chen.post("/bureau/complaints/1/erase", data=FORM | {"datum": "case_contact"}).status_code == 302
    for words in (PHONE, NAME, f"{PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}"):
        assert files_with(world.settings.data, words) == set()
        assert files_with(backed_up(world, tmp_path / f"after-{words}"), words) == set()
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(CommitmentCertificate)).one().contact == "139****4321"
        assert session.scalars(sa.select(Complaint)).one().contact_sealed is None
        assert set(session.scalars(sa.select(Job.state).where(Job.kind == "erase"))) == {JobState.DONE}
    size = append(world)
    assert rebuilt(world).size == size and found(world) == []
    for index in range(size):
        assert proofs.proof_of(folder_of(world), index)
    assert checkpoint(world).size == size


def test_the_page_names_what_there_is_and_refuses_without_the_typed_words(app: Flask, world: World) -> None:
    chen, path = signed_in(app, "chen"), f"/bureau/producers/{world.ama.producer_id}/erase"
    page = chen.get(path).text
    assert (
        "联系人：Ama" in page
        and "138****0000" in page
        and "13800000000" not in page
        and "姓名" not in page.split("<form")[1]
    )
    refused = chen.post(path, data=FORM | {"datum": "producer_phone", "confirmed": "删"})
    assert refused.status_code == 422 and "请照写“永久删除”" in refused.text and "本人来信" in refused.text
    assert world.get(Producer, world.ama.producer_id).phone == "13800000000"


def test_an_officer_of_another_county_has_no_such_page_and_a_grower_may_not(app: Flask, world: World) -> None:
    other, path = world.officer_of("430203"), f"/bureau/producers/{world.ama.producer_id}/erase"
    assert other and signed_in(app, "officer-430203").get(path).status_code == 404
    assert signed_in(app, "ama").post(path, data=FORM | {"datum": "producer_phone"}).status_code == 403
    assert signed_in(app, "chen").get(f"/bureau/accounts/{world.ama.account_id}/erase").status_code == 403
