"""Whatever is sent in place of a code: an answer, never a crash, and never 正品 but for the very code that was signed."""

import random
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from world import Sold, World
from world.reading import see
from yipin.models import Scan

BOTH_DATABASES = True  # the two refuse different texts and numbers

SEED = 20260720
HTML, JSON = {"Accept": "text/html"}, {"Accept": "application/json"}
BARE = [
    "",
    " ",
    "/",
    "//",
    ".",
    "..",
    "../..",
    "../../etc/passwd",
    "%00",
    "%",
    "%zz",
    "%ff%fe",
    "?",
    "#",
    "??",
    "&q=",
    ";",
    "'",
    "' OR 1=1--",
    '"',
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% raw %}",
    "${7*7}",
    "%(x)s",
    "%s%s%n",
    "\\",
    "\t",
    "\r\n",
    "\r\nSet-Cookie: a=b",
    "\x00",
    "\x1b[31m",
    "\u202e",
    "\u200b",
    "\ufeff",
    "\ud7ff",
    "\uffff",
    "\U0010ffff",
    "🍑",
    "炎陵黄桃",
    "０１２",
    "١٢٣",
    "²³",
    "①②③",
    "NaN",
    "Infinity",
    "-1",
    "+1",
    "1e9",
    "0x10",
    "1_000",
    "null",
    "None",
    "true",
    "[]",
    "keys.json",
    "healthz",
    "static",
    "login",
    "b",
    "p",
    "robots.txt",
    "favicon.ico",
    "picture",
    "-.jpg",
]
ODD = [
    "\x00",
    " ",
    "　",
    "/",
    "\\",
    ".",
    "?",
    "#",
    "%",
    "&",
    "+",
    "-",
    "_",
    "０",
    "٣",
    "²",
    "\u200b",
    "\n",
    "x",
    "🍑",
    "<",
    "'",
]


def mutations(code: str, chance: random.Random) -> Iterator[str]:
    """A real code with something done to it that leaves another text."""
    for place in range(len(code)):
        yield code[:place] + str((int(code[place]) + chance.randint(1, 9)) % 10) + code[place + 1 :]
    for _ in range(500):
        place = chance.randrange(len(code) + 1)
        yield code[:place] + chance.choice(ODD) + code[place:]
        yield code[:place] + chance.choice(ODD) + code[place + 1 :] + "0"
    for length in chance.sample(range(191), 100):
        yield code[:length]
        yield code[length:]
        yield code[:length] + code[length + 1 :] + code[length]  # moved to the end; the same if they are alike
    yield from (
        code * 2,
        code + code[:1],
        "0" + code,
        code[::-1],
        code.replace("1", "１"),
        f"{code}/{code}",
        f"{code}.png",
    )


def strangers(chance: random.Random) -> Iterator[str]:
    """Texts that have nothing to do with a code: random digits, characters of all planes, over-long ones."""
    yield from BARE
    for _ in range(800):
        yield "".join(chance.choices("0123456789", k=chance.choice((1, 12, 16, 190, 191, 191, 191, 192, 400))))
    for _ in range(800):
        size, top = chance.randint(1, 60), chance.choice((0x7F, 0xFF, 0x3000, 0x9FFF, 0x10FFFF))
        yield (
            "".join(
                chr(chance.choice((chance.randrange(0xD800), chance.randrange(0xE000, 0x110000))) % (top + 1))
                for _ in range(size)
            )
            .encode("utf-8", "ignore")
            .decode()
        )
    for text in ("1", "0", "9", "a", "%", "炎", "🍑", " ", "/", "4302"):
        yield text * (10_000 // len(text))


def hostile(code: str) -> list[str]:
    """All of them; but a doubled slash before a code leads to the same address, so that one is no stranger."""
    chance = random.Random(SEED)
    return [text for text in dict.fromkeys((*mutations(code, chance), *strangers(chance))) if text.strip("/") != code]


def said_genuine(answer: TestResponse) -> bool:
    if answer.mimetype == "application/json":
        return "genuine" in (answer.json.get("verdict"), answer.json.get("error"))
    return "is-genuine" in answer.text or see(answer.text).headline == "正品"


def complaint(answer: TestResponse) -> str:
    """What is wrong with an answer to a hostile text; nothing, as it should be."""
    if answer.status_code not in (200, 302, 308, 400, 404):
        return f"status {answer.status_code}"
    if "Traceback" in answer.text or 'File "' in answer.text or "werkzeug" in answer.text.lower():
        return "a stack trace or the server's own page"
    return "genuine" if answer.status_code < 300 and said_genuine(answer) else ""


def ask(client: FlaskClient, path: str, headers: dict[str, str], query: str = "") -> TestResponse:
    """Ask for exactly this path: the client of the tests would cut it at a question mark."""
    return client.get(
        "/", headers=headers, environ_overrides={"PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query}
    )


@pytest.mark.usefixtures("untraced")  # measuring it would take as long again
def test_nothing_but_the_code_itself_is_genuine_whatever_is_sent_in_its_place(
    app: Flask, sold: Sold, world: World
) -> None:
    client, code = app.test_client(), sold.digits[0]
    texts, wrong = hostile(code), []
    assert len(texts) >= 3000
    for number, text in enumerate(texts):
        headers = JSON if number % 4 else HTML  # a page takes longer to draw, and says the same
        if problem := complaint(ask(client, f"/{text}", headers)):
            wrong.append(f"/{text[:60]!r} as {headers['Accept']}: {problem}")
    assert not wrong, f"seed {SEED}: " + "\n".join(wrong)
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 0  # none of them was a look at a unit
    assert ask(client, f"/{code}", JSON).json["verdict"] == "genuine"


def test_the_places_for_typed_numbers_answer_whatever_is_typed(app: Flask, sold: Sold) -> None:
    client, wrong = app.test_client(), []
    number, chance = sold.batch.id_number, random.Random(SEED)
    near = [number[:at] + chance.choice(ODD) + number[at + cut :] for at in range(17) for cut in (0, 1)]
    for count, text in enumerate((*near, *BARE, *hostile(sold.digits[0])[::20])):
        headers = JSON if count % 2 else HTML
        for place in ("/b/", "/p/", "/find"):
            found = client.get(place, query_string={"q": text}, headers=headers) if place == "/find" else None
            if problem := complaint(found or ask(client, place + text, headers)):
                wrong.append(f"{place}{text[:60]!r} as {headers['Accept']}: {problem}")
    assert not wrong, f"seed {SEED}: " + "\n".join(wrong)


def test_bytes_that_are_no_text_are_answered_too(client: FlaskClient) -> None:
    for raw in (b"/\xff\xfe", b"/b/\xc3\x28", b"/p/\xed\xa0\x80", b"/\xf8\x88\x80\x80\x80", b"/b/\x00\xff"):
        answer = client.get("/", environ_overrides={"PATH_INFO": raw.decode("latin-1")})
        assert answer.status_code in (200, 400, 404) and not said_genuine(answer)
    for query in ("q=%ff%fe", "q=%ed%a0%80", "q", "q=&q=", "=&=", "%00=%00", "lang=%ff", "lang=" + "x" * 5000):
        for path in ("/find", "/"):
            assert ask(client, path, HTML, query).status_code in (200, 400, 404)


def test_hostile_headers_change_nothing(app: Flask, sold: Sold) -> None:
    values = (
        "",
        "x" * 8000,
        ";q=abc,*/*;q=-1",
        "\xff\xfe",
        "lang=xx; session=e30.abc.def",
        "' OR 1=1",
        "application/json;q=9e9",
    )
    for header in ("Accept", "User-Agent", "Accept-Language", "Sec-Purpose", "Cookie", "Referer", "X-Forwarded-For"):
        for value in values:
            answer = app.test_client().get(f"/{sold.digits[0]}", headers={header: value})
            assert answer.status_code == 200 and said_genuine(answer), (header, value)


def test_a_page_of_the_address_bar_is_repeated_only_as_text(client: FlaskClient) -> None:
    mark = '"><img src=x onerror=alert(1)>'
    for answer in (
        client.get("/find", query_string={"q": mark}),
        ask(client, f"/b/{mark}", HTML),
        ask(client, f"/a/b/{mark}", HTML),
    ):
        assert "<img src=x" not in answer.text
    assert see(client.get("/find", query_string={"q": mark}).text).values["q"] == [mark]
