"""Signing a payload at issue; telling a genuine code from all others at a scan.

`verify` checks from cheap to dear (length, digits, range, version, key, signature) and gives the payload or
raises a BadCode: there is no boolean to forget. What is true today is the database's to say (`scan`).
"""

from ..errors import N_, CompromisedKey, Conflict
from .keylist import KeyList, KeyStatus
from .keys import SigningKey
from .payload import PAYLOAD_BYTES, Payload, from_digits, to_digits

# Said before the payload in what is signed, so that a signature for another purpose is none for a code.
CONTEXT = b"yipin/code/1\0"


def sign(payload: Payload, key: SigningKey) -> str:
    """The code of 191 digits; the same payload and key give the same code. Raises Conflict or Unavailable."""
    if payload.key != key.number:
        raise Conflict(
            N_("身份码里写的是第 %(written)s 号密钥，不能用第 %(used)s 号签发"), written=payload.key, used=key.number
        )
    raw = payload.to_bytes()
    return to_digits(raw + key.sign(CONTEXT + raw))


def verify(text: str, keys: KeyList) -> Payload:
    """What a genuine code says; raises the BadCode of the first check that failed, and nothing else.

    CompromisedKey, with the payload, when the signature is good but the key has leaked.
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
