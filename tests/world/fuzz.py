"""Requests that nobody means: forms and queries as the pages themselves ask them, with some values that no person types."""

import io
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from urllib.parse import parse_qsl, quote, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from world.streets import ROLES, Street, calls, expected, owners

WEB = Path(__file__).resolve().parents[2] / "trace/web"
HOSTILE = (
    *("0001-01-01", "9999-12-31", "2026-02-30", "1900-01-01", "2199-12-31", "2026-13-01", "0000-00-00", "2026-W01-1"),
    *("10000-01-01", "二〇二六年七月", "9999年12月31日", "00010101", "2026-07-18T00:00:00+99:99"),
    *(
        "1" + "0" * 30,
        "-1",
        "-0",
        "0",
        "1e400",
        "NaN",
        "Infinity",
        "-Infinity",
        "nan",
        "inf",
        "0x10",
        "1_000",
        "٣",
        "²",
        "½",
    ),
    *("9" * 19, "9" * 400, "9223372036854775807", "9223372036854775808", "-9223372036854775809", "2147483648"),
    *("0.001", "1.005", "1e-9", "1,000", "１２", "1 000", "+5", ".", "-", "%", "١٢٣"),
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "\ud800",
        "a\udfffb",
        "\ufeff",
        "\u202e",
        "\U0010ffff",
        "é" * 500,
        "字" * 3000,
        "a" * 70_000,
    ),
    *(
        "=1+1",
        "'",
        '"',
        "';--",
        "<script>",
        "{{7*7}}",
        "%(name)s",
        "%s%n",
        "{0}",
        "\r\nX: y",
        "\n" * 500,
        "\\",
        "../../etc/passwd",
    ),
    *(
        "null",
        "None",
        "true",
        "[]",
        "{}",
        "on",
        "undefined",
        "1;2",
        "1,2,3",
        "1-99999999999",
        "1-",
        "-1-5",
        "1" * 191,
        "0" * 16,
    ),
)
URLENCODED = "application/x-www-form-urlencoded"
NAMES = ("a.jpg", "", "../../x", "表.xlsx", "\ud800.png", "a" * 300 + ".pdf")
CONTENTS = (
    b"",
    b"\xff\xd8\xff",
    b"%PDF-1.4",
    b"PK\x03\x04" + bytes(40),
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"\0\xff" * 150,
)
ODD_HEADS = (
    b"",
    b"Content-Disposition: form-data\r\n",
    b"Content-Disposition: form-data; name*=utf-8''%ff\r\n",
    b":\r\n",
    b"\xff: \xff\r\n",
)
BROKEN = (b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"%ED%A0%80", b"%FF%FE", b"%00", b"%", b"%u0041", b"\x80abc")


@dataclass
class Form:
    """A form of a page: where it is sent, and its fields with their values as the page has them."""

    action: str = ""
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Reads the forms of a page, and the names in the queries of its links."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self.names = address, list[Form](), set[str]()
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(told.get("action") or self.address, told.get("method", "get").lower()))
        if tag == "a" and told.get("href", "").startswith("/"):
            self.names |= {name for name, _ in parse_qsl(urlsplit(told["href"]).query, keep_blank_values=True)}
        if self.forms and tag in ("input", "textarea", "select", "button") and (name := told.get("name")):
            self._keep(tag, name, told)
        if tag == "button" and self.forms and "formaction" in told:  # one form, and an address for each of its buttons
            self.forms.append(replace(self.forms[-1], action=told["formaction"]))
        if tag == "option" and self._select and self.forms and (told.get("value") or "selected" in told):
            self.forms[-1].fields.append((self._select, told.get("value", "")))

    def _keep(self, tag: str, name: str, told: dict[str, str]) -> None:
        if tag == "select":
            self._select = name
        elif told.get("type") == "file":
            self.forms[-1].files.append(name)
        else:
            self.forms[-1].fields.append((name, told.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None


class Gathered:
    """The forms of pages, as somebody saw them."""

    def __init__(self) -> None:
        self._forms: dict[str, Form] = {}
        self.askers: dict[str, str] = {}  # who was shown the form of a path
        self._names = set[str]()

    def look_as(self, who: str, browser: FlaskClient, path: str) -> None:
        """Gather the forms of one more page, as somebody sees it."""
        self._read(who, browser.get(path))

    def _read(self, who: str, answer: TestResponse) -> None:
        if answer.mimetype != "text/html":
            return
        reader = _Reader(answer.request.path)
        reader.feed(answer.text)
        self._names |= reader.names | {name for each in reader.forms for name, _ in each.fields if each.method == "get"}
        posted = {urlsplit(each.action).path: each for each in reader.forms if each.method == "post"}
        self._forms |= posted
        self.askers |= dict.fromkeys(posted, who)

    @property
    def forms(self) -> dict[str, Form]:
        """The forms by the path that they are sent to."""
        return self._forms


class Fuzz(Gathered):
    """The forms of a street, gathered from all its pages, and requests made of them."""

    def __init__(self, street: Street) -> None:
        super().__init__()
        self._street = street
        self._calls = [call for call in calls(street.app) if call[0] not in ("auth.logout", "static")]
        self._names = {
            name for path in WEB.rglob("*.py") for name in re.findall(r'args\.get\("(\w+)"', path.read_text("utf-8"))
        }
        for endpoint, method in self._calls:
            if method == "GET":
                self._look_at(endpoint)
        self._typed = sorted({name for form in self._forms.values() for name, _ in form.fields})

    def _look_at(self, endpoint: str) -> None:
        for role in ROLES:
            if expected(role, endpoint, "GET", "ama") == "answered":
                self._read(role, self._street.ask(role, endpoint, "GET", "ama"))
                return

    @property
    def found(self) -> int:
        """How many forms the pages have."""
        return len(self._forms)

    def send(self, seed: str) -> tuple[str, TestResponse]:
        """One request, made of nothing but its seed: in words, and what it got."""
        random = Random(seed)
        endpoint, method = random.choice(self._calls)
        owner = random.choice(owners(endpoint, method))
        allowed = [role for role in ROLES if expected(role, endpoint, method, owner) == "answered"]
        role = random.choice(allowed) if allowed and random.random() < 0.85 else random.choice(list(ROLES))
        address = self._street.address(endpoint, method, owner)
        if random.random() < 0.06:
            address = _elsewhere(random, address)
        browser = self._street.browsers[role]
        if random.random() < 0.6 or method != "POST":
            address += "?" + self._query(random)
        told = f"{seed}: {role} {method} {address[:300]}"
        if method != "POST":
            return told, browser.open(address, method=method, headers=_headers(random))
        body, kind = self._body(random, urlsplit(address).path)
        return f"{told} {body[:600]!r}", browser.open(
            address, method=method, data=body, content_type=kind, headers=_headers(random)
        )

    def _query(self, random: Random) -> str:
        names = random.sample(sorted(self._names), random.randint(0, 4))
        pairs = [f"{quote(name)}={_written(random.choice(HOSTILE))}" for name in names]
        if random.random() < 0.1:
            pairs.append(random.choice(BROKEN).decode("latin-1"))
        return "&".join(pairs)[:60_000]

    def _body(self, random: Random, path: str) -> tuple[bytes, str]:
        """The body of a form and its type: most often a form as its page has it with one to three hostile values."""
        odd = random.random()
        if odd < 0.02:
            return b"a&" * 100_000 if odd < 0.01 else b"&".join(b"f%d=1" % n for n in range(20_000)), URLENCODED
        if odd < 0.06:
            return _nested(random), random.choice(
                ["multipart/form-data; boundary=x", "multipart/form-data", "multipart/mixed; boundary=x"]
            )
        if odd < 0.1:
            return random.choice(BROKEN) * random.randint(1, 50) + b"=1&name=" + random.choice(BROKEN), URLENCODED
        form = self._forms.get(path) or Form(fields=[(name, "") for name in random.sample(self._typed, 6)])
        fields = [(name, value) for name, value in form.fields if random.random() < 0.97]
        for _ in range(random.randint(0, 3)):
            if fields:
                place = random.randrange(len(fields))
                fields[place] = fields[place][0], random.choice(HOSTILE)
        if not form.files or random.random() < 0.3:
            return "&".join(f"{quote(name)}={_written(value)}" for name, value in fields).encode(), URLENCODED
        return _multipart(random, fields, form.files), "multipart/form-data; boundary=x"


def _elsewhere(random: Random, address: str) -> str:
    """The address with something odd in the place of one of its parts."""
    parts = address.split("/")
    parts[random.randrange(1, len(parts))] = _written(random.choice(HOSTILE))[:3000]
    return "/".join(parts)


def _written(value: str) -> str:
    """A value as it is sent: lone surrogates become the bytes that a careless program sends for them."""
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


def _headers(random: Random) -> dict[str, str]:
    return random.choice(
        [{}, {"Accept": "application/json"}, {"Accept-Language": "en"}, {"Accept": "\xff;q=nan"}, {"Cookie2": "x"}]
    )


def _multipart(random: Random, fields: list[tuple[str, str]], files: list[str]) -> bytes:
    out = io.BytesIO()
    for name, value in fields:
        out.write(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode())
        out.write(value.encode("utf-8", "surrogatepass") + b"\r\n")
    for name in files:
        called, content = random.choice(NAMES).encode("utf-8", "surrogatepass"), random.choice(CONTENTS)
        told = b'form-data; name="%s"; filename="%s"' % (name.encode(), called)
        out.write(b"--x\r\nContent-Disposition: %s\r\n\r\n%s\r\n" % (told, content))
    out.write(random.choice([b"--x--\r\n", b"--x", b""]))
    return out.getvalue()


def _nested(random: Random) -> bytes:
    """Multipart in multipart, and parts that lack what a part has."""
    inner = b"".join(
        b'--y%d\r\nContent-Type: multipart/mixed; boundary=y%d\r\nContent-Disposition: form-data; name="n"\r\n\r\n'
        % (n, n + 1)
        for n in range(random.randint(1, 100))
    )
    head, end = random.choice(ODD_HEADS), random.choice([b"\r\n--x--", b"", b"\r\n--x\r\n" * 300])
    return b"--x\r\nContent-Type: multipart/form-data; boundary=y0\r\n" + head + b"\r\n" + inner + end
