"""Who may call what: every (endpoint, method) of the URL map, by every role, on its own, a neighbour's and a missing
object, is answered exactly as the table of rights says; and no POST passes without its token."""

import re
from collections.abc import Iterable, Iterator

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask

from world import World
from world.reading import digest, see, token_on
from world.streets import ROLES, Street, calls, expected, open_street, owners, rule_of, said
from yipin.chain.lineage import downstream_of
from yipin.errors import Unavailable
from yipin.models import Account, Batch, BatchState, FarmInput, InspectionDraw, Report, Role
from yipin.web import guard
from yipin.web.app import create_app
from yipin.web.rights import RULES
from yipin.web.rights.rule import ANYONE, Rules, merged

# Who may is decided before any table is read.
on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
CALLS_BETWEEN_DIGESTS = 40


@pytest.fixture
def street(world: World, app: Flask) -> Street:
    return open_street(world, app)


def trials(some: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str, str]]:
    """Every (endpoint, method, role, owner) of these calls."""
    for endpoint, method in some:
        for role in ROLES:
            for owner in owners(endpoint, method):
                yield endpoint, method, role, owner


@pytest.mark.long
@pytest.mark.usefixtures("untraced")  # measuring it would take as long again
@on_one_database
def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(street: Street) -> None:
    wrong, tried, before = [], 0, digest(street.world.db)
    everything = list(calls(street.app))
    for start in range(0, len(everything), CALLS_BETWEEN_DIGESTS):
        some = everything[start : start + CALLS_BETWEEN_DIGESTS]
        for endpoint, method, role, owner in trials(some):
            should = expected(role, endpoint, method, owner)
            if should == "answered":
                continue
            tried += 1
            if (found := said(street.ask(role, endpoint, method, owner))) != should:
                wrong.append(f"{role}: {method} {endpoint} of {owner}: {found}, should be {should}")
        if (after := digest(street.world.db)) != before:
            wrong.append(f"one of {some}: refused, and yet {[name for name in after if after[name] != before[name]]}")
            before = after
    assert not wrong, "\n".join(wrong)
    assert tried > 800


@pytest.mark.long
@pytest.mark.usefixtures("untraced")
@pytest.mark.soak
def test_what_the_table_allows_is_answered(street: Street) -> None:
    tried = list(allowed(street.app))
    assert refused(street, tried) == "" and len(tried) > 1000


@pytest.mark.long
@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)  # the tests of the pages themselves run on SQLite
def test_every_page_is_answered_to_one_of_its_roles(street: Street) -> None:
    tried = {trial[:2]: trial for trial in allowed(street.app)}
    assert refused(street, tried.values()) == "" and len(tried) > 200


def allowed(app: Flask) -> Iterator[tuple[str, str, str, str]]:
    """What the table allows: (endpoint, method, role, owner)."""
    for endpoint, method, role, owner in trials(calls(app)):
        if expected(role, endpoint, method, owner) == "answered" and (endpoint, method) != ("auth.login", "POST"):
            yield endpoint, method, role, owner


def refused(street: Street, tried: Iterable[tuple[str, str, str, str]]) -> str:
    """Which of these were not answered, a line each."""
    found = ((*trial, said(street.ask(trial[2], *trial[:2], trial[3]))) for trial in tried)
    return "\n".join(
        f"{role}: {method} {endpoint} of {owner}: {answer}"
        for endpoint, method, role, owner, answer in found
        if answer != "answered"
    )


@on_one_database
def test_a_neighbours_object_and_one_that_is_not_there_get_the_same_page(street: Street) -> None:
    different = []
    for endpoint, method in calls(street.app):
        kind, role = rule_of(endpoint, method).of, "ben" if endpoint.startswith("producer.") else "officer-430203"
        if kind in (None, Account, FarmInput, Report, InspectionDraw):
            continue
        pages = [_bare(street, role, endpoint, method, owner) for owner in ("ama", "missing")]
        if pages[0] != pages[1]:
            different.append(f"{method} {endpoint}")
    assert not different, "\n".join(different)


def _bare(street: Street, role: str, endpoint: str, method: str, owner: str) -> tuple[int, str]:
    """The status and page of an answer, but for the asked address that it repeats, and for the form's token."""
    response = street.ask(role, endpoint, method, owner)
    text = response.get_data().decode("utf-8", "replace").replace(response.request.path, "…")
    return response.status_code, re.sub(r'href="[^"]*[?]lang=en"|name="csrf_token" value="[^"]*"', "", text)


NO_REFS = (
    "0",
    "-1",
    "１",
    "1e3",
    " 1",
    "²",
    "9" * 18,
    "9" * 40,
    "%00",
    "1%00",
    "x" * 5000,
    "%ff",
    "None",
    "1;",
    "1'--",
)


@on_one_database
def test_an_address_that_names_nothing_is_not_there(street: Street) -> None:
    wrong = []
    for browser, path in (
        ("chen", "bureau/batches"),
        ("chen", "bureau/products"),
        ("ama", "producer/batches"),
        ("ama", "producer/prints"),
        ("ama", "producer/printers"),
    ):
        for ref in NO_REFS:
            if (found := street.browsers[browser].get(f"/{path}/{ref}").status_code) != 404:
                wrong.append(f"/{path}/{ref[:20]}: {found}")
    assert not wrong, "\n".join(wrong)


@on_one_database
def test_the_start_is_refused_when_an_endpoint_has_no_line_in_the_table(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(RULES, ("bureau.release", "POST"))
    with pytest.raises(Unavailable, match=r"bureau\.release POST"):
        create_app(world.settings)


def test_an_endpoint_added_without_a_line_is_refused() -> None:
    app, extra = Flask("copy"), Blueprint("extra", __name__)
    extra.add_url_rule("/secret", "secret", lambda: "all of it")
    app.register_blueprint(extra)
    with pytest.raises(Unavailable, match=r"extra\.secret GET"):
        guard.init_app(app)


WITH_INSURERS = (
    "bureau.insurance",
    "bureau.new_policy",
    "bureau.policy",
    "bureau.edit_policy",
    "bureau.end_policy",
    "bureau.attach_policy",
    "bureau.claim_notices",
    "bureau.claim_notice",
    "bureau.take_claim",
    "bureau.note_claim",
    "bureau.close_claim",
    "bureau.claim_contact",
    "bureau.export_policies",
    "bureau.export_claim_notices",
)


def test_the_table_gives_each_part_of_the_site_to_its_own_people() -> None:
    officer, administrator = {Role.OFFICER}, {Role.ADMINISTRATOR}
    shared = {
        "bureau.events": officer | administrator,
        **dict.fromkeys(WITH_INSURERS, officer | {Role.INSURER}),
        "files.product_picture": {Role.PRODUCER, Role.OFFICER},
        "bureau.export_events": officer | administrator,
        "bureau.export_accounts": administrator,
        "bureau.accounts": administrator,
        "bureau.access_log": administrator,
        "bureau.export_access_log": administrator,
        "bureau.public_log": officer | administrator,
        "bureau.networks": officer | administrator,
        "bureau.key_lists": administrator,
        "bureau.account": administrator,
        "bureau.disable_account": administrator,
        "bureau.enable_account": administrator,
        "bureau.reset_account": administrator,
        "bureau.erase_account": administrator,
        "auth.kept_form": set(Role),
        "inbox.deliveries": administrator,
        "auth.logout": set(Role),
        "auth.password": set(Role),
        "auth.sessions": set(Role),
        "auth.end_session": set(Role),
        "auth.end_other_sessions": set(Role),
    }
    whole = {
        "files": {Role.PRODUCER, Role.OFFICER, Role.INSURER},
        "producer": {Role.PRODUCER},
        "bureau": officer,
        "inbox": set(Role),  # each their own
        "jobs": set(Role),  # each their own
        "search": set(Role),  # each what they may know of
        "public": None,
        "auth": None,
        "static": None,
        "bootstrap": None,
    }
    for (endpoint, method), rule in RULES.items():
        wanted = shared.get(endpoint, whole[endpoint.split(".")[0]])
        assert rule.roles == wanted, f"{method} {endpoint}"


@on_one_database
def test_the_table_has_no_line_without_an_endpoint(app: Flask) -> None:
    known = {(endpoint, "GET" if method == "HEAD" else method) for endpoint, method in calls(app)}
    assert set(RULES) == known


# Forged requests: a form of another site carries the cookie but not the token.


@pytest.fixture
def strict(street: Street) -> Street:
    street.app.config["WTF_CSRF_ENABLED"] = True
    return street


def _allowed_role(endpoint: str, owner: str) -> str:
    return next(role for role in ROLES if expected(role, endpoint, "POST", owner) == "answered" and role != "nobody")


@pytest.mark.long
@on_one_database
def test_a_post_without_its_token_is_refused_and_changes_nothing(strict: Street) -> None:
    wrong, tried, before = [], 0, digest(strict.world.db)
    for endpoint in [endpoint for endpoint, method in calls(strict.app) if method == "POST"]:
        address = strict.address(endpoint, "POST", "ama")
        for role in ("nobody", _allowed_role(endpoint, "ama")):
            for forged in ({}, {"csrf_token": ""}, {"csrf_token": "x"}):
                answer, tried = strict.browsers[role].post(address, data={"reason": "不该办成", **forged}), tried + 1
                if answer.status_code != 400 or "页面已过期，没有提交" not in see(answer.text).text:
                    wrong.append(f"{role} {endpoint} {forged}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert digest(strict.world.db) == before
    assert tried > 150


def _hold(street: Street) -> dict[str, str]:
    """The form that holds a batch of Ama's and all that was made of it."""
    number = street.refs["ama"][Batch]
    with street.world.db.read.begin() as session:
        reached = session.scalar(sa.select(sa.func.count()).select_from(downstream_of([1])))
    said = {"by": "batch", "number": number, "kind": "hold", "reason": "抽检待复核"}
    return said | {"sure": "1", "seen": str(reached)}


@on_one_database
def test_a_token_of_another_session_does_not_pass(strict: Street) -> None:
    for other in ("officer-430225", "ama", "nobody"):
        forged = token_on(strict.browsers[other].get("/login").text)
        form = _hold(strict) | {"csrf_token": forged}
        assert strict.browsers["chen"].post("/bureau/recall/stop", data=form).status_code == 400
    assert strict.world.get(Batch, 1).state is BatchState.ON_SALE


@on_one_database
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_form_with_its_token_passes_though_our_pages_send_no_referrer(strict: Street, scheme: str) -> None:
    chen, base = strict.browsers["chen"], f"{scheme}://localhost"
    token = token_on(chen.get(f"/bureau/batches/{strict.refs['ama'][Batch]}", base_url=base).text)
    form = _hold(strict) | {"csrf_token": token}
    answer = chen.post("/bureau/recall/stop", data=form, base_url=base)
    assert answer.status_code == 302, see(answer.text).text
    assert strict.world.get(Batch, 1).state is BatchState.ON_HOLD


def test_no_subject_can_overwrite_the_line_of_another() -> None:
    mine: Rules = {("public.home", "GET"): ANYONE}
    assert merged(mine, {("public.home", "POST"): ANYONE}) == {
        ("public.home", "GET"): ANYONE,
        ("public.home", "POST"): ANYONE,
    }
    with pytest.raises(ValueError, match=r"public\.home"):
        merged(mine, mine)
