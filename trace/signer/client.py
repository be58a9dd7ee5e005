"""The service's side: signatures from the signer's process. The service holds no private key then."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..codes.signing import CONTEXT
from ..errors import N_, Unavailable
from . import wire

PATIENCE = 20.0  # seconds for one answer
SIGNATURE = 64  # bytes


@dataclass(frozen=True)
class SocketSigner:
    """Signs as the key of this number, by asking the process behind the socket."""

    path: Path
    number: int
    public_key: bytes

    def sign(self, messages: Sequence[bytes]) -> list[bytes]:
        """The signature of each message, which must be that of a code. Raises Unavailable, with what the signer says, or when nobody
        answers: then none of them may be used."""
        found: list[bytes] = []
        for start in range(0, len(messages), wire.LARGEST):
            found += self._some([message.removeprefix(CONTEXT) for message in messages[start : start + wire.LARGEST]])
        return found

    def _some(self, payloads: list[bytes]) -> list[bytes]:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(PATIENCE)
                line.connect(str(self.path))
                wire.send(line, wire.question(self.number, payloads))
                said = wire.receive(line)
        except OSError:
            raise Unavailable(
                N_("签名进程没有应答（%(path)s）；请检查 yipin signer 是否在运行"), path=str(self.path)
            ) from None
        if said[:1] != wire.SIGNED or len(said) != 1 + SIGNATURE * len(payloads):
            raise Unavailable(N_("签名进程拒绝签名：%(why)s"), why=said[1:].decode("utf-8", "replace")[:200])
        return [said[at : at + SIGNATURE] for at in range(1, len(said), SIGNATURE)]
