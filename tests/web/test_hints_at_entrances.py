"""Every entrance where a number is typed by hand tells which number on record was meant, as far as the person may know of it."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from world import NOW, PASSWORD, USCC, Sold, World, signed_in
from world.insured import GOOD, insured
from world.tables import filled, upload
from yipin import clock
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.cases import complaints
from yipin.cli import main
from yipin.codes.casenumber import dashed
from yipin.codes.idnumber import spaced
from yipin.commitment import certificates
from yipin.models import Batch, Producer, Product, Role
from yipin.register import hints
from yipin.register.hints import Asker, HintLimit, meant

HINT = "是不是"


def slip(number: str) -> str:
    """The number with another character in its tenth place."""
    return number[:9] + ("A" if number[9] != "A" else "B") + number[10:]


def exchange(number: str) -> str:
    at = next(at for at in range(6, len(number) - 2) if number[at] != number[at + 1])
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


class Entrances:
    """Where a number is typed by hand, each with what it asks for, by the person who types it there."""

    def __init__(self, world: World, app: Flask, sold: Sold) -> None:
        self.world, self.app = world, app
        county = world.officer_of("430225")
        self.neighbour = world.officer_of("430203")
        with world.db.write.begin() as session:
            founder = Actor("founder", NOW)
            insurer = {"login": "insurer", "name": "I", "role": Role.INSURER, "password": PASSWORD}
            insured(session, world.chen, session.get_one(Product, sold.batch.product_id))
            signin.add_account(session, founder, world.installation.policy, insurer="某保险公司", **insurer)
            batch = session.get_one(Batch, sold.batch.id)
            form = certificates.CommitmentForm("1", ["control"])
            paper = certificates.issue(session, world.ama, world.installation.policy, batch, form)
            self.numbers = {
                "batch": batch.id_number,
                "product": batch.product.id_number or "",
                "commitment": paper.number,
                "producer": USCC["ama"],
            }
        assert county.county == "430225"

    def of(self, login: str) -> FlaskClient:
        return signed_in(self.app, login) if login else self.app.test_client()

    def all(self) -> Iterator[tuple[str, str, str, Callable[[str], str]]]:
        """Name, who types there, of what the number is, and the page that answers."""
        for path in ("/find?q=", "/b/", "/p/", "/report?code="):
            yield path, "", "batch", lambda typed, path=path: self._get("", path + typed)
        yield "/c/", "", "commitment", lambda typed: self._get("", f"/c/{typed}")
        yield "/c?q=", "", "commitment", lambda typed: self._get("", f"/c?q={typed}")
        for login in ("ama", "chen"):
            path = "/producer/commitments" if login == "ama" else "/bureau/commitments"
            yield path, login, "commitment", lambda typed, login=login, path=path: self._get(login, f"{path}?q={typed}")
        yield (
            "collect",
            "ben",
            "commitment",
            lambda typed: self._post("ben", "/producer/commitments/collected", numbers=typed),
        )
        yield (
            "recall",
            "officer-430225",
            "batch",
            lambda typed: self._get("officer-430225", f"/bureau/recall/reach?by=batch&number={typed}"),
        )
        yield "pilot", "chen", "product", lambda typed: self._post("chen", "/bureau/pilot/join", product_number=typed)
        for login in ("chen", "insurer"):
            for kind in ("batch", "product"):
                yield f"policy of {login}", login, kind, lambda typed, login=login: self._policy(login, typed)
        yield "policy by credit code", "chen", "producer", lambda typed: self._policy("chen", typed)
        yield "import", "chen", "product", self._table
        yield "yipin issue", "", "batch", self._command

    def _get(self, login: str, path: str) -> str:
        return self.of(login).get(path, follow_redirects=True).text

    def _post(self, login: str, path: str, **data: str) -> str:
        return self.of(login).post(path, data=data).text

    def _policy(self, login: str, typed: str) -> str:
        data = GOOD | {"number": "P-777", "subject": typed}
        return self._post(login, "/bureau/insurance/new", **data)

    def _table(self, typed: str) -> str:
        chen, path = self.of("chen"), "/bureau/import/certificates"
        row = [typed, "绿色食品", "LB-00-26010000000A", "", "2026-01-01", "2028-12-31"]
        return upload(chen, path, filled(chen, path, row)).text

    def _command(self, typed: str) -> str:
        return CliRunner().invoke(main, ["issue", "--data", str(self.world.settings.data), typed, "1"]).output


@pytest.fixture
def entrances(world: World, app: Flask, sold: Sold) -> Entrances:
    return Entrances(world, app, sold)


def test_a_slip_at_any_entrance_names_the_number_that_was_meant_and_no_position(entrances: Entrances) -> None:
    wrong = []
    for name, login, kind, ask in entrances.all():
        for distort in (slip, exchange):
            number = entrances.numbers[kind]
            told = ask(distort(number))
            if spaced(number) not in told or HINT not in told:
                wrong.append(f"{name} of {login or 'anybody'}: {distort.__name__} of a {kind}")
            entrances.app.extensions["yipin"].guesses.hints = HintLimit()
    assert not wrong, "\n".join(wrong)


def test_nobody_is_told_of_a_number_that_they_may_not_know_of(entrances: Entrances) -> None:
    """A neighbour and the officer of another county get the refusal alone."""
    for login, kind, path, data in (
        ("officer-430203", "product", "/bureau/pilot/join", {"product_number": ""}),
        ("officer-430203", "product", "/bureau/insurance/new", GOOD | {"subject": "", "scope": "product"}),
        ("officer-430203", "producer", "/bureau/insurance/new", GOOD | {"subject": "", "scope": "producer"}),
        ("insurer", "producer", "/bureau/insurance/new", GOOD | {"subject": "", "scope": "producer"}),
    ):
        field = next(name for name, value in data.items() if value == "")
        told = entrances.of(login).post(path, data=data | {field: slip(entrances.numbers[kind])}).text
        assert HINT not in told and spaced(entrances.numbers[kind]) not in told, (login, kind)
        assert "抄错了一位" in told or "逐位核对" in told, (login, kind)
    told = entrances.of("officer-430203").get(
        f"/bureau/recall/reach?by=batch&number={slip(entrances.numbers['batch'])}"
    )
    assert HINT not in told.text and "逐位核对" in told.text
    for login, path in (("ben", "/producer/commitments"), ("officer-430203", "/bureau/commitments")):
        assert HINT not in entrances.of(login).get(f"{path}?q={slip(entrances.numbers['commitment'])}").text


def test_whoever_is_signed_in_and_asks_too_often_gets_the_refusal_alone(entrances: Entrances) -> None:
    chen, path = entrances.of("chen"), f"/bureau/recall/reach?by=batch&number={slip(entrances.numbers['batch'])}"
    entrances.app.extensions["yipin"].guesses.hints._given[f"account {entrances.world.chen.account_id}"] = (
        clock.now(),
        hints.MOST,
    )
    told = chen.get(path).text
    assert HINT not in told and "逐位核对" in told
    assert HINT in entrances.of("officer-430225").get(path).text


def test_the_number_of_a_case_is_hinted_at_to_nobody(entrances: Entrances, sold: Sold) -> None:
    """Whether there is a case is known to whoever filed it, and the hint would tell it to everybody."""
    with entrances.world.db.write.begin() as session:
        form = complaints.ComplaintForm(kind="fake", what="标签像是复制的", code=sold.batch.id_number)
        case = complaints.file(session, entrances.world.installation, Actor("", NOW), form, "f" * 32, "1.2.3.4")
        number = case.number
    typed = number[:5] + ("A" if number[5] != "A" else "B") + number[6:]
    told = entrances.of("").post("/case", data={"number": typed, "digits": "0000"}).text
    assert HINT not in told and dashed(number) not in told


def test_what_a_grower_is_told_of_is_their_own(world: World, sold: Sold) -> None:
    with world.db.read.begin() as session:
        typed = slip(sold.batch.id_number)
        assert meant(session, typed, world.ama, *hints.ON_LABELS) == [sold.batch.id_number]
        assert meant(session, typed, world.ben, *hints.ON_LABELS) == []
        assert Asker(world.ama).may_ask()
        codes = session.scalars(sa.select(Producer.uscc).order_by(Producer.id)).all()
        assert [meant(session, slip(str(code)), world.chen, hints.Numbered.PRODUCER) for code in codes] == [
            [code] for code in codes
        ]
