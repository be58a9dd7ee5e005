"""Signs a payload at issue, and checks the signature of a code at a scan.

`verify` makes the cheap checks first: length, digits, range, version, key, signature. It returns the payload or raises
a BadCode, so that a caller cannot forget to look at the result. Whether the pack is on sale today is decided in `scan`,
from the database.
"""

from datetime import datetime

from ..errors import N_, BadCode, Conflict
from .keylist import KeyList, KeyStatus
from .keys import SigningKey
from .payload import PAYLOAD_BYTES, Payload, from_digits, to_digits

# Signed in front of the payload, so that a signature made for another purpose is no signature of a code.
CONTEXT = b"yipin/code/1\0"


class CompromisedKey(BadCode):
    """The signature is good but the key has leaked: only a witness of the issue can still vouch for it (`compromise`).

    `payload` is what the code says. `since` (aware UTC) is when the key stopped being trusted.
    """

    reason = "compromised"

    def __init__(self, template: str, *, payload: Payload, since: datetime | None, **values: object) -> None:
        super().__init__(template, **values)
        self.payload = payload
        self.since = since


def sign(payload: Payload, key: SigningKey) -> str:
    """The code of 191 digits. The same payload and key give the same code (Ed25519, RFC 8032).

    Raises Conflict if the payload names another key, Unavailable if the new signature does not verify.
    """
    if payload.key != key.number:
        raise Conflict(
            N_("身份码里写的是第 %(written)s 号密钥，不能用第 %(used)s 号签发"), written=payload.key, used=key.number
        )
    raw = payload.to_bytes()
    return to_digits(raw + key.sign(CONTEXT + raw))


def verify(text: str, keys: KeyList) -> Payload:
    """What a genuine code of 191 digits says. Raises the BadCode of the first check that fails, and nothing else.

    Raises CompromisedKey, with the payload, if the signature is good but the key has leaked.
    """
    token = from_digits(text)
    payload = Payload.from_bytes(token[:PAYLOAD_BYTES])
    key = keys.get(payload.key)
    key.verify(token[PAYLOAD_BYTES:], CONTEXT + token[:PAYLOAD_BYTES])
    if key.status is KeyStatus.COMPROMISED:
        raise CompromisedKey(
            N_("签名相符，但第 %(number)s 号密钥已泄露，单凭签名不能认定真伪"),
            number=key.number,
            payload=payload,
            since=key.since,
        )
    return payload
