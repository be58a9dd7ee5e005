"""The page of a batch: one next step on top, the rest in folds, and what cannot be undone apart from the daily buttons."""

import re

from flask.testing import FlaskClient

from world import Sold, World
from yipin.models import Batch


def step(browser: FlaskClient, batch: Batch) -> str:
    """What the card on top says, of which there is one."""
    page = browser.get(f"/producer/batches/{batch.id_number}").text.split("</header>")[1]
    (card,) = re.findall(r'<section class="step.*?<div class="side', page, re.DOTALL)
    assert page.index('class="step') < page.index("<details")
    return card


def test_the_card_on_top_leads_on_at_each_step(world: World, ama: FlaskClient) -> None:
    batch = world.declare()
    assert f'action="/producer/batches/{batch.id_number}/codes"' in step(ama, batch)
    codes = world.issue(batch, 3)
    assert f'href="/producer/codes/{codes.id}/print"' in step(ama, batch)
    run = world.print(codes)
    assert f'href="/producer/prints/{run.id}"' in step(ama, batch) and "确认上市" in step(ama, batch)
    world.release(run)
    assert f'href="/producer/batches/{batch.id_number}/ship"' in step(ama, batch)


def test_what_cannot_be_undone_stands_in_the_last_fold_and_nowhere_else(ama: FlaskClient, sold: Sold) -> None:
    page = ama.get(f"/producer/batches/{sold.batch.id_number}").text
    daily, final = page.split('<details class="final"')
    assert "btn-outline-danger" in final and "</details>\n</div>\n</div>" in final
    assert "btn-outline-danger" not in daily and "btn-lg" not in final


def test_the_fold_of_a_refused_form_is_open(ama: FlaskClient, sold: Sold) -> None:
    path = f"/producer/batches/{sold.batch.id_number}"
    folds = {
        "void": (r'<details class="final" id="mend" open>', {"numbers": "99", "reason": "打坏了"}),
        "codes": (r"<details open>\s*<summary><h2>赋码", {"count": "0", "key": "form-7"}),
    }
    for act, (opened, typed) in folds.items():
        assert not re.search(opened, ama.get(path).text)
        assert re.search(opened, ama.post(f"{path}/{act}", data=typed).text), act
