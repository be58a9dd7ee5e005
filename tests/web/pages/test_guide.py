"""Help: a page for each kind of user, which anyone may read, with pictures in the reader's language and in the reader's frame."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from yipin.web.guidewords import GUIDES, Reader


@pytest.mark.parametrize("reader", Reader)
def test_a_page_has_each_step_and_a_picture_that_is_there_in_both_languages(
    client: FlaskClient, reader: Reader
) -> None:
    for language, word in (("zh", "使用帮助"), ("en", "Help")):
        page = client.get(f"/help/{reader}?lang={language}").text
        files = re.findall(r'src="(/static/help/[^"]+\.webp[^"]*)"', page)
        assert len(files) == sum(topic.has_picture for topic in GUIDES[reader].topics)
        assert all(f".{language}.webp" in file and client.get(file).status_code == 200 for file in files)
        assert page.count("<li>") >= sum(len(topic.steps) for topic in GUIDES[reader].topics)
        assert word in page.split("<footer")[1]


def test_help_leads_everyone_to_the_page_that_is_theirs(app: Flask, client: FlaskClient, world: World) -> None:
    world.officer_of("430225")
    for browser, reader in (
        (client, Reader.CONSUMER),
        (signed_in(app, "ama"), Reader.GROWER),
        (signed_in(app, "officer-430225"), Reader.OFFICER),
    ):
        assert browser.get("/help").headers["Location"] == f"/help/{reader}"


def test_whoever_is_signed_in_reads_help_in_the_frame_of_the_office(ama: FlaskClient, client: FlaskClient) -> None:
    assert 'action="/logout"' in ama.get("/help/consumer").text
    assert 'href="/help"' in ama.get("/producer/").text
    assert 'action="/logout"' not in client.get("/help/grower").text


def test_a_kind_of_user_that_is_none_has_no_page(client: FlaskClient) -> None:
    assert client.get("/help/emperor").status_code == 404
