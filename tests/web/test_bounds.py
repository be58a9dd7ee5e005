"""What is sent is bounded before it is read: bodies, days, hosts."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import signed_in
from world.pace import Took, in_time, worked


@pytest.mark.parametrize("address", ["/report", "/login", "/join", "/claim", "/c"])
def test_a_large_body_that_is_no_upload_is_refused_before_it_is_parsed(client: FlaskClient, address: str) -> None:
    body = b"a&" * (12 << 20)

    def send() -> None:
        answer = client.post(address, data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (405, 413)

    in_time(lambda _: [Took("the refusal", worked(send), 0.5)])


def test_what_people_type_is_never_too_large(client: FlaskClient) -> None:
    data = {"what": "字" * 20_000, "code": "1" * 191}  # 180 kB as it is sent
    assert client.post("/report", data=data).status_code == 422


@pytest.mark.parametrize(
    "first", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "9999年12月31日", "00010101"]
)
def test_no_day_at_the_ends_of_time_breaks_a_page(app: Flask, first: str) -> None:
    officer = signed_in(app, "chen")
    for address in ("/bureau/pilot?first=", "/bureau/pilot?last=", "/bureau/progress?day="):
        answer = officer.get(address + first)
        assert answer.status_code in (200, 422) and "1900" in answer.text, address


@pytest.mark.parametrize("address", ["/producer", "/bureau", "/producer/batches/../", "//bureau/"])
def test_no_redirect_leads_to_the_host_that_the_sender_wrote(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Host": "evil.example"})
    assert "evil.example" not in answer.headers.get("Location", "")
