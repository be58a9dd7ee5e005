"""Questions before an act: asked once, answered by their very words, and told in the act's event."""

import pytest

from yipin.audit.sure import EVERYTHING, NOTHING, Question, Unsure, ask, told
from yipin.errors import Message


def question(kg: str, about: str = "amount") -> Question:
    return Question(about, Message("写的是 %(kg)s kg", {"kg": kg}), Message("没有写错"))


def test_a_question_without_its_yes_stops_the_act_and_names_all_that_are_open() -> None:
    one, other, answered = question("10"), question("20"), question("30")
    with pytest.raises(Unsure) as stopped:
        ask({answered.key}, [one, None, answered, other])
    assert stopped.value.questions == (one, other) and str(stopped.value) == "写的是 10 kg"
    assert stopped.value.status == 409


def test_a_yes_lets_the_act_go_on_and_is_told() -> None:
    one, other = question("10"), question("20")
    assert ask({one.key, other.key}, [one, None, other]) == [one, other]
    assert told(ask(EVERYTHING, [one])) == {"confirmed": [{"template": "写的是 %(kg)s kg", "values": {"kg": "10"}}]}
    assert ask(NOTHING, [None]) == [] and told([]) == {}


def test_a_yes_to_other_words_or_figures_is_no_yes() -> None:
    assert question("10").key == question("10").key
    assert len({question("10").key, question("100").key, question("10", "alike").key}) == 3
    with pytest.raises(Unsure):
        ask({question("10").key}, [question("10000000")])
