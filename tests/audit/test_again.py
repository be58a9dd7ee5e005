"""The same content of the same day is asked about; the very same form is let pass."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from world import NOW, World
from yipin.audit import again
from yipin.audit.again import TWIN, Sent
from yipin.audit.sure import NOTHING, Unsure
from yipin.errors import Conflict
from yipin.models import SentForm

SENT, SECRET = Sent("account 1", "250 kg", "one", NOW), b"secret"


def send(world: World, sent: Sent, said=NOTHING) -> str:  # type: ignore[no-untyped-def]
    """The key of the question, or nothing where nothing was asked."""
    try:
        with world.db.write.begin() as session:
            again.ask(session, SECRET, sent, *TWIN, said)
        return ""
    except Unsure as asked:
        return asked.questions[0].key


def test_a_twin_is_asked_about_until_somebody_says_yes_and_then_again(world: World) -> None:
    assert send(world, SENT) == "" and send(world, SENT) == ""  # the very same form: its act knows it
    later = replace(SENT, key="two", at=NOW + timedelta(minutes=1))
    yes = send(world, later)
    assert yes and send(world, later) == yes
    assert send(world, later, {yes}) == ""
    third = replace(SENT, key="three", at=NOW + timedelta(minutes=2))
    assert send(world, third, {yes}) not in ("", yes)


def test_a_form_without_a_key_asks_whenever_it_comes_again(world: World) -> None:
    assert send(world, replace(SENT, key="")) == "" and send(world, replace(SENT, key="")) != ""


def test_the_very_same_form_with_other_content_is_no_silent_nothing(world: World) -> None:
    """Back, another amount, and the button: the act would take it for the form that it has done."""
    assert send(world, SENT) == ""
    with pytest.raises(Conflict, match="内容改了"):
        send(world, replace(SENT, content="260 kg"))
    assert send(world, replace(SENT, content="260 kg", key="two")) == ""


@pytest.mark.parametrize("other", [{"who": "account 2"}, {"content": "260 kg"}, {"at": NOW + timedelta(days=1)}])
def test_other_people_words_and_days_are_no_twins(world: World, other: dict[str, object]) -> None:
    assert send(world, SENT) == ""
    assert send(world, replace(SENT, key="two", **other)) == ""


def test_what_was_refused_is_not_remembered_and_nothing_is_kept_for_long(world: World) -> None:
    with pytest.raises(ZeroDivisionError), world.db.write.begin() as session:
        again.ask(session, SECRET, SENT, *TWIN, NOTHING)
        raise ZeroDivisionError
    assert send(world, replace(SENT, key="two")) == ""
    later = replace(SENT, key="three", at=NOW + again.KEPT + timedelta(minutes=1))
    forms = (replace(later, content=f"{n} kg") for n in count())
    assert send(world, next(form for form in forms if form.mark(SECRET).startswith(again.SWEEPS))) == ""
    with world.db.read.begin() as session:
        assert [row.key for row in session.scalars(sa.select(SentForm))] == [later.key_mark]


def test_nothing_that_was_typed_can_be_read_from_what_is_kept() -> None:
    assert SENT.mark(b"one") != SENT.mark(b"other") and len(SENT.mark(b"one")) == 64
