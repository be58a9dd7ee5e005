"""What makes the signatures of one key. Where the private half is, in a file, behind a socket or in a device, is its own affair."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class Signer(Protocol):
    """Signs as one key. The same message gets the same signature, always."""

    @property
    def public_key(self) -> bytes:
        """The public half."""
        ...

    def sign(self, messages: Sequence[bytes]) -> list[bytes]:
        """The signature of each message. Raises Unavailable if it cannot: then there is none at all."""
        ...


@dataclass(frozen=True)
class FileSigner:
    """A private key that was read from its file."""

    _private: Ed25519PrivateKey = field(repr=False)

    @property
    def public_key(self) -> bytes:
        return self._private.public_key().public_bytes_raw()

    def sign(self, messages: Sequence[bytes]) -> list[bytes]:
        """The signature of each message."""
        sign = self._private.sign
        return [sign(message) for message in messages]
