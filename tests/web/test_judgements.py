"""No form of an office page decides for anybody: a judgement is chosen by whoever signs it."""

import re
from collections.abc import Iterator

from flask import Flask

from world import World, signed_in
from world.certificates import enter
from world.reading import see
from world.streets import calls, expected, open_street

# The fields by which something is decided for or against somebody, by their name in whatever form.
JUDGEMENTS = {"outcome", "passed", "how", "grant", "founded", "decision"}


def preselected(page: str) -> Iterator[str]:
    """The judgements that a page has chosen before anybody did."""
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.findall(r'<option[^>]*value="([^"]*)"', options)
        marked = re.findall(r'<option selected[^>]*value="([^"]*)"', options)
        if name in JUDGEMENTS and (marked or chosen[:1]) not in ([], [""]):
            yield name
    for control in re.findall(r"<input[^>]*>", page):
        name = re.search(r' name="([^"]+)"', control)
        if name and name[1] in JUDGEMENTS and 'type="radio"' in control and re.search(r"\schecked\b", control):
            yield name[1]


def test_no_form_of_any_page_has_a_judgement_chosen_beforehand(world: World, app: Flask) -> None:
    street, seen, wrong = open_street(world, app), set[str](), []
    for endpoint, method in calls(app):
        for role in ("ama", "chen") if method == "GET" and endpoint.startswith(("producer.", "bureau.")) else ():
            if expected(role, endpoint, method, "ama") == "answered":
                page = street.ask(role, endpoint, method, "ama")
                text = page.text if page.mimetype == "text/html" else ""
                seen |= JUDGEMENTS & set(re.findall(r'name="([^"]+)"', text))
                wrong += [f"{role} {endpoint}: {name}" for name in preselected(text)]
    assert seen >= {"passed", "outcome", "how"}
    assert not wrong, "\n".join(wrong)


def test_a_test_report_without_a_verdict_is_refused_at_the_field_with_all_that_was_typed(
    world: World, app: Flask
) -> None:
    batch = world.declare()
    typed = {"kind": "self", "lab": "自检", "report_number": "R-1", "sampled_on": "2026-07-18"}
    typed |= {"reported_on": "2026-07-19", "name-0": "克百威", "value-0": "未检出", "key": "1" * 32}
    answer = signed_in(app, "ama").post(f"/producer/batches/{batch.id_number}/inspection", data=typed)
    assert answer.status_code == 422 and "请选合格或不合格" in answer.text and 'value="R-1"' in answer.text


def test_a_reward_is_granted_or_refused_by_nobody_but_who_decides(world: World, app: Flask) -> None:
    enter(world, "ama", "green", "2024-01-01")
    chen = signed_in(app, "chen")
    path = next(
        link for link in see(chen.get("/bureau/rewards").text).links if re.fullmatch(r"/bureau/rewards/\d+", link)
    )
    page = chen.get(path).text
    assert 'name="outcome"' in page and not list(preselected(page))
    answer = chen.post(path, data={"outcome": "", "amount": "50000", "reason": "首次获证"})
    assert answer.status_code == 422 and see(answer.text).values["reason"] == ["首次获证"]
