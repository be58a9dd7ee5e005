"""A browser for attackers: pages, tokens, forms and files, by plain HTTP."""

import http.client
import re
import secrets
import urllib.parse
from dataclasses import dataclass, field

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
AGENT = "Mozilla/5.0 (Linux; Android 12)"
File = tuple[str, bytes]  # its name, and its content


@dataclass
class Answer:
    status: int
    content: bytes
    location: str = ""

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


@dataclass
class Browser:
    """One reader with cookies, over one connection at a time."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "", patience: float = 60) -> Answer:
        """One request, whole. Raises OSError if the service cuts it off."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        headers = {"User-Agent": AGENT, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        try:
            line.request(method, path, body or None, headers | ({"Content-Type": kind} if kind else {}))
            answer = line.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            location = answer.headers["Location"] or ""
            return Answer(answer.status, answer.read(), location)
        finally:
            line.close()

    def token(self, path: str) -> str:
        """The token on a page; empty if there is none."""
        found = TOKEN.search(self.ask("GET", path).text)
        return found[1] if found else ""

    def post(self, path: str, token: str, **typed: str) -> Answer:
        """Send what was typed into a form."""
        body = urllib.parse.urlencode({"csrf_token": token, **typed}).encode()
        return self.ask("POST", path, body, "application/x-www-form-urlencoded")

    def send(self, path: str, token: str, files: list[tuple[str, File]], **typed: str) -> Answer:
        """Send a form with files."""
        body, kind = multipart({"csrf_token": token, **typed}, files)
        return self.ask("POST", path, body, kind)

    def sign_in(self, login: str, password: str) -> Answer:
        """Open the page of the log-in and send it."""
        return self.post("/login", self.token("/login"), login=login, password=password)


def multipart(typed: dict[str, str], files: list[tuple[str, File]]) -> tuple[bytes, str]:
    """The body of a form with files, and its kind."""
    edge = secrets.token_hex(16)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in typed.items()
    ]
    for name, (called, content) in files:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{called}"\r\n'
        parts += [f"{head}Content-Type: application/octet-stream\r\n\r\n".encode(), content, b"\r\n"]
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"
