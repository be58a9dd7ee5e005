"""A mail server to send to: a real one over TCP that speaks as much of SMTP as a letter needs, and keeps what it takes."""

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

PASSWORD = "three plums"


@dataclass
class Mailbox:
    """What the server has taken. It refuses addresses of `nobody` for good, and takes nothing at all while `busy`."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    nobody: set[str] = field(default_factory=set)
    busy: bool = False
    passwords: list[str] = field(default_factory=list)

    def toml(self) -> str:
        """The settings that lead here."""
        own = {"host": "127.0.0.1", "tls": "none", "user": "yipin", "password": PASSWORD, "from": "notice@t.example.cn"}
        return "".join(f'mail_{name} = "{value}"\n' for name, value in own.items()) + f"mail_port = {self.port}\n"


class _Talk(socketserver.StreamRequestHandler):
    box: Mailbox

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 mailbox")
        for line in self.rfile:
            word = line.decode().strip()
            if word.upper() == "QUIT":
                self.say("221 bye")
                return
            self.answer(word)

    def answer(self, word: str) -> None:
        verb = word.upper().split()[0]
        if verb == "EHLO":
            self.say("250-mailbox")
            self.say("250 AUTH PLAIN")
        elif verb == "AUTH":
            self.box.passwords.append(base64.b64decode(word.split()[2]).split(b"\0")[2].decode())
            self.say("235 welcome")
        elif self.box.busy:
            self.say("451 try again later")
        elif verb == "RCPT":
            self.say("550 no such person" if word[8:].strip("<>") in self.box.nobody else "250 well")
        elif verb == "DATA":
            self.say("354 go on")
            self.take()
        else:
            self.say("250 well")

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        made = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(made, EmailMessage)
        self.box.letters.append(made)
        self.say("250 taken")


@contextmanager
def opened() -> Iterator[Mailbox]:
    """A mail server on a free port of this machine, while the block runs."""
    box = Mailbox()
    talk = type("Talk", (_Talk,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), talk) as server:
        box.port = server.server_address[1]
        server.daemon_threads = True
        running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        running.start()
        try:
            yield box
        finally:
            server.shutdown()
            running.join()
