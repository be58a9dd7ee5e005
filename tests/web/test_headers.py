"""The headers of every answer, page or error: what a browser may load, frame, guess, tell and keep."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from world import World, signed_in
from world.streets import ROLES, Street, calls, expected, open_street
from yipin.web.rights.public import OPEN

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # headers know of no database

SCRIPTLESS = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "style-src": "'self'",
}


@pytest.fixture
def street(world: World, app: Flask) -> Street:
    return open_street(world, app)


SCANS = 'data-scan="'  # what scans by the camera, on the home page and on no other
OF_LABELS = "public/scan.js"  # the script of the pages that read a label


def faults(answer: TestResponse, private: bool, scripts: bool = False, page: str = "") -> list[str]:
    """What is missing from the headers of an answer. `page`: what it would show, where it shows nothing."""
    headers, policy = answer.headers, _policy(answer)
    page = page or (answer.text if answer.mimetype == "text/html" else "")
    kept = headers.get("Cache-Control", "")
    return [
        name
        for name, good in {
            "policy": all(policy.get(name) == value for name, value in SCRIPTLESS.items()),
            "scripts": policy.get("script-src", "'self'") == "'self'"
            and ("script-src" in policy) <= (scripts or OF_LABELS in page),
            "unsafe": "unsafe" not in str(policy),
            "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
            "referrer": headers.get("Referrer-Policy") in ("no-referrer", "same-origin"),
            "permissions": ("camera=(self)" if SCANS in page else "camera=()")
            in headers.get("Permissions-Policy", "").split(", "),
            "https": headers.get("Strict-Transport-Security") == "max-age=31536000",
            "opener": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
            "cache": "no-store" in kept if private else bool(kept),
            "charset": answer.mimetype != "text/html" or "charset=utf-8" in headers["Content-Type"],
            "server": "X-Powered-By" not in headers,
        }.items()
        if not good
    ]


def _policy(answer: TestResponse) -> dict[str, str]:
    parts = [part.strip().split(" ", 1) for part in answer.headers.get("Content-Security-Policy", "").split(";")]
    return {part[0]: part[-1] for part in parts}


SCRIPTED = {
    "producer.farm_home",
    "producer.new_entry",
    "producer.plot_position",
    "producer.farm_worker",
    "public.check",
    "public.check_worker",
    # what comes of an amount is told while it is typed
    "producer.home",
    "producer.new_batch",
    "producer.next_batch",
    "producer.batch",
    "producer.issue_codes",
    "producer.void",
    "producer.cancel_shipment",
    "producer.new_print",
    "producer.restore_batch",
}  # the only pages that run a script, ours
OF_THE_LOG = {f"public.log_{name}" for name in ("file", "tile", "proof", "entry")}
MAY_BE_KEPT = {
    *("static", "public.keys", "public.picture", "public.status"),
    *OF_THE_LOG,
    *(f"public.open_{table}_{kind}" for table in OPEN for kind in ("csv", "json")),
}


@pytest.mark.long
def test_every_answer_carries_the_headers_and_only_public_files_may_be_kept(street: Street) -> None:
    wrong, tried = [], 0
    for endpoint, method in calls(street.app):
        allowed = next(role for role in reversed(ROLES) if expected(role, endpoint, method, "ama") == "answered")
        for role in {"nobody", allowed} if method != "HEAD" else {"nobody"}:  # it is GET without the page
            answer, tried = street.ask(role, endpoint, method, "ama"), tried + 1
            private = endpoint not in MAY_BE_KEPT or answer.status_code >= 300
            page = street.ask(role, endpoint, "GET", "ama") if method == "HEAD" else answer
            text = page.text if page.mimetype == "text/html" else ""
            if found := faults(answer, private, endpoint in SCRIPTED, text):
                wrong.append(f"{role} {method} {endpoint} ({answer.status_code}): {found}")
    assert not wrong, "\n".join(wrong)
    assert tried > 200


def test_error_pages_carry_the_headers_too(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    browsers = [app.test_client(), app.test_client()]
    app.config["WTF_CSRF_ENABLED"] = False
    browsers.append(signed_in(app, "ama"))
    for browser in browsers:
        for path, method in (
            ("/no/such", "GET"),
            ("/b/x", "GET"),
            ("/", "DELETE"),
            ("/bureau/", "GET"),
            ("/bureau", "GET"),
            ("/static/none", "GET"),
            ("/" + "9" * 200, "GET"),
            ("/login", "POST"),
        ):
            for accept in ("text/html", "application/json"):
                answer = browser.open(path, method=method, headers={"Accept": accept})
                proves = "data-ticket" in answer.text  # a form that asks for a proof of work runs the script for it
                assert not faults(answer, private=True, scripts=proves), (path, method, answer.status_code)


def test_the_address_of_a_pack_is_told_to_no_other_site(app: Flask) -> None:
    for path in ("/", "/" + "1" * 191, "/find", "/keys.json", "/no/such"):
        assert app.test_client().get(path).headers["Referrer-Policy"] == "no-referrer"


def test_an_answer_in_two_forms_and_languages_says_what_it_depends_on(app: Flask) -> None:
    assert {"accept", "cookie"} <= {
        part.strip().lower() for part in app.test_client().get("/" + "1" * 191).headers["Vary"].split(",")
    }


def test_looking_a_code_up_sets_no_cookie(app: Flask) -> None:
    for path in ("/", "/" + "1" * 191, "/find?q=1", "/keys.json", "/no/such"):
        assert "Set-Cookie" not in app.test_client().get(path).headers
