"""A letter by SMTP: plain text in UTF-8, to one person."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

PATIENCE = 20  # seconds for each answer of the server


class Server(Protocol):
    """The server that takes the mail; see `installation.mailsettings.MailServer`."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def tls(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...


@dataclass(frozen=True)
class Letter:
    """What is mailed. `mark` is the letter's own for ever: sent a second time, it has the same Message-ID, by which mail
    programs show it once."""

    to: str
    subject: str
    text: str
    mark: str


class NotSent(Exception):
    """The letter was not taken, and why. `for_good`: the server will never take it, so there is no use in trying again."""

    def __init__(self, why: str, for_good: bool = False) -> None:
        super().__init__(why)
        self.why, self.for_good = why, for_good


def send(server: Server, letter: Letter, now: datetime) -> None:
    """Hand a letter to the server. Raises NotSent."""
    try:
        with _connected(server) as line:
            line.send_message(_written(server, letter, now))
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise NotSent(_plain(server, f"{code} {said!r}"), for_good=code >= 500) from None
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise NotSent(_plain(server, f"{type(error).__name__}: {error}")) from None


def _connected(server: Server) -> smtplib.SMTP:
    secure = ssl.create_default_context()
    if server.tls == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=secure)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        if server.tls == "starttls":
            line.starttls(context=secure)
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _written(server: Server, letter: Letter, now: datetime) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = server.sender, letter.to, letter.subject
    made["Date"], made["Message-ID"] = format_datetime(now), f"<{letter.mark}@{server.sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers by machines
    made.set_content(letter.text, charset="utf-8", cte="base64")
    return made


def _plain(server: Server, why: str) -> str:
    """What the server said, on one line and without our password, should it have repeated it."""
    return " ".join((why.replace(server.password, "…") if server.password else why).split())[:300]
