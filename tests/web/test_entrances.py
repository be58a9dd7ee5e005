"""Every entrance reads a code, and a number, however it was distorted on its way; and tells a cut one from a forged one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from click.testing import CliRunner
from flask import Flask

from world import NOW, Sold, World
from world.distortions import AROUND, FORGED_BY_MESSENGERS, WHOLE, Distortion
from world.reading import see
from yipin.audit import batches
from yipin.cases import complaints
from yipin.cli import main
from yipin.codes.idnumber import parse_id_number
from yipin.codes.kinds import CodeKind
from yipin.installation.installation import published
from yipin.issue.codes import CodeOrder, issue_codes
from yipin.models import Batch, Product
from yipin.scan.guess_limit import Client
from yipin.scan.lookup import Gate

JSON = {"Accept": "application/json"}
Told = tuple[str, str | None]  # the verdict, and the batch's number if a pack was found
Entrance = Callable[[str], Told]


class Entrances:
    """Where a code or a number may come in. Each tells the verdict on a text."""

    def __init__(self, app: Flask, world: World) -> None:
        self._client, self._world = app.test_client(), world

    def of_codes(self) -> dict[str, Entrance]:
        paths = {
            f"path {path}": (lambda text, path=path: self._path(path, text))
            for path in ("/", "/b/", "/p/", "/c/", "/t/")
        }
        return paths | {"search box": self._box, "page": self._page, "complaint": self._complaint}

    def of_numbers(self) -> dict[str, Entrance]:
        paths = {
            f"path {path}": (lambda text, path=path: self._path(path, text)) for path in ("/", "/b/", "/p/", "/c/")
        }
        return paths | {"search box": self._box, "complaint": self._complaint}

    def _path(self, path: str, text: str) -> Told:
        return self._followed(path + text, "")

    def _box(self, text: str) -> Told:
        return self._followed("/find", text)

    def _followed(self, path: str, typed: str) -> Told:
        """What data are told after all redirects. As in a browser, what follows a ? or # is no part of the path."""
        told = {"PATH_INFO": path.split("?")[0].split("#")[0].encode().decode("latin-1")}
        answer = self._client.get(
            "/", query_string={"q": typed} if typed else None, headers=JSON, environ_overrides=told
        )
        for _ in range(3):
            if answer.status_code in (302, 308):
                answer = self._client.get(answer.headers["Location"], headers=JSON)
        return answer.json.get("verdict", answer.status_code), answer.json.get("id_number")

    def _page(self, text: str) -> Told:
        """The same as a person sees it."""
        page = self._client.get("/find", query_string={"q": text}, follow_redirects=True).text
        mood = page.split('<body class="', 1)[1].split('"')[0].split()[0].removeprefix("is-")
        shown = page.split('<strong class="code">', 1)[1:]
        return mood, parse_id_number(shown[0].split("<")[0]) if shown else None

    def _complaint(self, text: str) -> Told:
        gate = Gate(self._client.application.extensions["yipin"].guesses, Client("203.0.113.0/24"))
        with self._world.db.read.begin() as session:
            found = complaints.matter(session, self._world.installation, text, NOW, gate)
        return str(found.verdict), found.batch and found.batch.id_number


def walk(entrances: dict[str, Entrance], distortions: dict[str, Distortion], code: str) -> Iterator[tuple[str, Told]]:
    for name, entrance in entrances.items():
        for what, distort in distortions.items():
            yield f"{name}, {what}", entrance(distort(code))


def unlike(entrances: dict[str, Entrance], distortions: dict[str, Distortion], code: str, *wanted: Told) -> list[str]:
    found = walk(entrances, distortions, code)
    return [f"{where}: {told}" for where, told in found if told not in wanted]


def test_a_genuine_code_is_answered_at_every_entrance_however_it_was_carried(
    app: Flask, world: World, sold: Sold
) -> None:
    assert not unlike(Entrances(app, world).of_codes(), WHOLE, sold.digits[0], ("genuine", sold.batch.id_number))


def test_a_tiny_code_is_answered_as_well(app: Flask, world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        order = CodeOrder(1, "tiny-1", CodeKind.TINY)
        codes = issue_codes(session, world.ama, world.installation, session.get_one(Batch, batch.id), order)
    world.release(world.print(codes, "sticker-18x18"))
    assert not unlike(Entrances(app, world).of_codes(), WHOLE, world.codes(codes)[0], ("genuine", batch.id_number))


def test_a_cut_code_is_said_to_be_cut_at_every_entrance_and_never_forged(app: Flask, world: World, sold: Sold) -> None:
    entrances = Entrances(app, world)
    assert not unlike(entrances.of_codes(), FORGED_BY_MESSENGERS, sold.digits[0], ("incomplete", None))
    page = app.test_client().get(f"/{sold.digits[0][:-1]}")
    assert page.status_code == 200 and "请再扫一次" in page.text and see(page.text).headline == "扫得不全"
    assert "举报这个码" not in page.text and "不要凭" not in page.text and "扫码记录" not in page.text
    with world.db.read.begin() as session:
        assert batches.scans_of(session, sold.batch).scans == 0


def test_of_two_codes_the_reader_is_asked_which_and_each_leads_to_its_own_page(
    app: Flask, world: World, sold: Sold
) -> None:
    both = f"{sold.digits[0]}，{sold.digits[1]}"
    assert not unlike(Entrances(app, world).of_codes(), {"both": lambda code: both}, "", ("several", None))
    for path in (f"/{both}", f"/find?q={both}", f"/b/{both}", f"/x/y/{both}"):
        page = see(app.test_client().get(path, follow_redirects=True).text)
        assert [link for link in page.links if link[1:] in sold.digits] == [f"/{code}" for code in sold.digits[:2]]


def test_a_number_leads_to_its_page_at_every_entrance_however_it_was_copied(
    app: Flask, world: World, sold: Sold
) -> None:
    entrances, product = Entrances(app, world).of_numbers(), world.get(Product, sold.batch.product_id).id_number
    for number in (sold.batch.id_number, product):
        found = walk(entrances, AROUND, number)
        wrong = [f"{where}: {told}" for where, told in found if told[0] != "on_record"]
        assert not wrong, "\n".join(wrong)


def test_a_wrong_address_is_left_for_the_right_one_without_a_look(app: Flask, sold: Sold, world: World) -> None:
    for path in ("{}。", "{}&from=timeline", "{}/", "b/{}", "c/{}", "trace/x/{}%20", "{}，快来看看"):
        answer = app.test_client().get("/" + path.format(sold.digits[0]))
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/{sold.digits[0]}"), path
    with world.db.read.begin() as session:
        assert batches.scans_of(session, sold.batch).scans == 0


def test_the_command_line_reads_what_the_pages_read(world: World, sold: Sold, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(published(world.installation.keys, world.settings, NOW).to_json(), "utf-8")
    for distortions, status in ((WHOLE, 0), (FORGED_BY_MESSENGERS, 2)):
        texts = [distort(sold.digits[0]) for distort in distortions.values()]
        said = CliRunner().invoke(main, ["verify", "--json", "--keys", str(keys), "--", *texts])
        told = [json.loads(line) for line in said.output.splitlines()]
        assert said.exit_code == status and {each["genuine"] for each in told} == {True if status == 0 else None}
