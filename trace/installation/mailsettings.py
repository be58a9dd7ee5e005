"""How mail is sent: the SMTP server of the settings. Without a host no mail is sent, and nobody is offered any."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import N_, Unavailable

NAMES = ("mail_host", "mail_port", "mail_tls", "mail_user", "mail_password", "mail_from")
PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class MailServer:
    """The server that takes our mail. `tls`: `starttls` (after the greeting), `tls` (from the first byte), or `none`, for a
    relay on this machine. The password is shown nowhere, in no log and on no page."""

    host: str
    port: int
    tls: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def server(texts: Mapping[str, str], password: bytes | None) -> MailServer | None:
    """The server that the settings name, None without `mail_host`. Raises Unavailable for settings that do not fit."""
    host = texts.get("mail_host", "")
    if not host:
        return None
    tls, sender = texts.get("mail_tls", "starttls"), texts.get("mail_from", "")
    if tls not in PORTS:
        raise Unavailable(N_("设置 mail_tls 应是 starttls、tls 或 none，不是“%(value)s”"), value=tls[:24])
    if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", sender):
        raise Unavailable(N_("设了 mail_host 就要设 mail_from：发信人的邮箱地址"))
    port = texts.get("mail_port", str(PORTS[tls]))
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Unavailable(N_("设置 mail_port 应是端口号，不是“%(value)s”"), value=port[:24])
    secret = password.decode() if password else texts.get("mail_password", "")
    return MailServer(host, int(port), tls, sender, texts.get("mail_user", ""), secret)
