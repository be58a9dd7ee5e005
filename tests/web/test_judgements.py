"""No form of an office page decides for anybody: a judgement is chosen by whoever signs it."""

import re
from collections.abc import Iterator

from flask import Flask

from world import World, signed_in
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
    for name in re.findall(r'<input[^>]*type="radio"[^>]*name="([^"]+)"[^>]*checked', page):
        if name in JUDGEMENTS:
            yield name


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
