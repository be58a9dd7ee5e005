"""A program that takes web hooks: a real HTTP server that checks each signature by itself, and answers what it is told to."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Taken:
    """One post, as it came."""

    path: str
    mark: str
    at: int
    signature: str
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.raw)  # type: ignore[no-any-return]

    def is_signed_by(self, secret: str) -> bool:
        """Whether the signature is right, reckoned as the Standard Webhooks tell a receiver to."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = hmac.new(key, b".".join([self.mark.encode(), str(self.at).encode(), self.raw]), hashlib.sha256)
        return self.signature == "v1," + base64.b64encode(signed.digest()).decode()


@dataclass
class Receiver:
    """What came, and what is answered: a status, or nothing at all for `silent`."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    status: int = 204
    silent: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?who=ama"


def _talk(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Talk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            head = [self.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")]
            receiver.taken.append(Taken(self.path, head[0], int(head[1]), head[2], raw))
            if receiver.silent.is_set():
                self.rfile.read()  # until the other side hangs up
                return
            self.send_response(receiver.status)
            if receiver.status in (301, 302, 307):
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing is told."""

    return Talk


@contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver while the block runs."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _talk(receiver))
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
