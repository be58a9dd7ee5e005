"""The public count: for people without script, for machines as JSON, light."""

import pytest
from flask.testing import FlaskClient

KEYS = {"key", "name", "target", "period", "first_time", "net", "stock", "pending", "rule", "base_date", "as_of"}


def test_every_indicator_says_its_figures_rule_and_days(client: FlaskClient) -> None:
    told = client.get("/progress", headers={"Accept": "application/json"}).get_json()
    assert len(told["indicators"]) >= 4
    for one in told["indicators"]:
        assert set(one) >= KEYS and one["rule"]
        assert one["as_of"] == told["as_of"]
    assert client.get("/progress?format=json").get_json() == told


def test_the_page_is_light_and_has_no_script(client: FlaskClient) -> None:
    answer = client.get("/progress")
    assert answer.status_code == 200 and len(answer.data) <= 50_000
    assert "<script" not in answer.text and "首次新增" in answer.text
    head = client.head("/progress")
    assert head.status_code == 200 and not head.data


def test_the_page_speaks_english_when_asked(client: FlaskClient) -> None:
    assert '<html lang="en"' in client.get("/progress?lang=en").text


def test_the_page_is_counted_once_for_all_its_readers(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/progress")
    monkeypatch.delattr("yipin.indicators.board.count_all")
    assert client.get("/progress").status_code == client.get("/progress?format=json").status_code == 200


@pytest.mark.parametrize("query", ["format=%00", "day=", "lang=<script>", "format=json&format=xml", "x=" + "1" * 3000])
def test_a_hostile_query_changes_nothing(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/progress?{query}")
    assert answer.status_code == 200 and "<script" not in answer.text
