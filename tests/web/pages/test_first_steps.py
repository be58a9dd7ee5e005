"""The home page of a grower who is new lists the first steps with ticks and one button, until the first goods are on sale."""

import re

from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.newcomers import come, login


def steps(browser: FlaskClient) -> str:
    """The list of first steps, or nothing."""
    return "".join(re.findall(r'<section class="first-steps.*?</section>', browser.get("/producer/").text, re.DOTALL))


def test_what_is_done_has_a_tick_and_what_is_next_has_the_one_button(world: World, app: Flask) -> None:
    come(world, "approved")
    found = steps(signed_in(app, login("approved")))
    assert (found.count("✓"), found.count('<a class="btn'), found.count('aria-current="step"')) == (2, 1, 1)
    assert 'href="/producer/plots"' in found and "办好了 2 步，共 8 步" in found


def test_what_was_returned_is_told_with_its_reason(world: World, app: Flask) -> None:
    come(world, "returned")
    found = steps(signed_in(app, login("returned")))
    assert "地址写清楚" in found and 'href="/producer/profile"' in found


def test_a_batch_leads_to_its_own_page_until_its_labels_are_on_sale(world: World, ama: FlaskClient) -> None:
    assert 'href="/producer/batches/new"' in steps(ama)
    batch = world.declare()
    assert f'href="/producer/batches/{batch.id_number}"' in steps(ama)
    world.release(world.print(world.issue(batch, 3)))
    assert not steps(ama)
