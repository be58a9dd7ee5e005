"""The witness over HTTP. Requests are small, and a connection has a limited time, so that nobody can keep it busy for others."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Timer

from .. import clock
from ..errors import TraceError
from .witness import Elsewhere, Witness

LARGEST = 256 * 1024  # bytes of a request: 63 hashes and a checkpoint with more than 16 signatures of ML-DSA-44
SECONDS = 30.0  # that a connection lasts, however slowly it speaks
AT_ONCE = 32  # connections; further ones are closed

TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"

Connection = socket.socket | tuple[bytes, socket.socket]

_log = logging.getLogger(__name__)


class Server(ThreadingHTTPServer):
    """Serves one witness: POST /add-checkpoint, GET /<digest of the log>/checkpoint."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness, seconds: float = SECONDS) -> None:
        self.witness, self.seconds, self._places = witness, seconds, BoundedSemaphore(AT_ONCE)
        super().__init__(address, Talk)

    def process_request(self, request: Connection, client_address: object) -> None:
        """Take a connection if there is a place for it."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Connection, client_address: object) -> None:
        """One connection, cut off when its time is over."""
        end = Timer(self.seconds, _cut_off, [request])
        end.daemon = True
        end.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            end.cancel()
            self._places.release()

    def handle_error(self, request: Connection, client_address: object) -> None:
        """A connection that broke off is no news."""
        _log.debug("connection of %s broke off", client_address, exc_info=True)


def _cut_off(connection: Connection) -> None:
    assert isinstance(connection, socket.socket)  # the tuple is for servers of datagrams
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class Talk(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"  # connections stay open, as the specification wishes
    server_version, sys_version = "yipin-witness", ""
    timeout = SECONDS
    server: Server

    def do_POST(self) -> None:
        """A log asks for a signature."""
        with self._answering():
            body = self._body()
            if body is None:
                return
            if self.path != "/add-checkpoint":
                return self._answer(HTTPStatus.NOT_FOUND, b"")
            lines = self.server.witness.add_checkpoint(body, int(clock.now().timestamp()))
            self._answer(HTTPStatus.OK, lines.encode())

    def do_GET(self) -> None:
        """Anybody asks what was seen last of a log."""
        with self._answering():
            empty, log, *rest = [*self.path.split("/"), ""]
            if empty or rest != ["checkpoint", ""]:
                return self._answer(HTTPStatus.NOT_FOUND, b"")
            self._answer(HTTPStatus.OK, self.server.witness.last(log))

    def _body(self) -> bytes | None:
        """The body of the request; None after an answer that refuses it."""
        told = self.headers.get("Content-Length", "")
        if not (told.isascii() and told.isdecimal()):
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif len(told) > 9 or int(told) > LARGEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            return self.rfile.read(int(told))
        return None

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True  # the rest of it is not read
        self._answer(status, b"")

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except Elsewhere as other:
            self._answer(HTTPStatus.CONFLICT, f"{other.size}\n".encode(), SIZE)
        except TraceError as error:
            self._answer(HTTPStatus(error.status), f"{error}\n".encode())

    def _answer(self, status: HTTPStatus, body: bytes, kind: str = TEXT) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """One line a request, to whoever listens."""
        _log.info("%s %s", self.address_string(), format % args)
