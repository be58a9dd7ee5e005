"""The two keys that sign checkpoints, Ed25519 and ML-DSA-44, as files of mode 600 in the folder of the keys.

They are made once, with the log itself. A log that was signed before goes on only with its own keys.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ..codes.keyfiles import pem_of, read_key
from ..diskfiles import write_whole
from ..installation.identity import Identity
from ..installation.settings import Settings
from .note import Kind, Signer

FILES: dict[str, tuple[Kind, type[Ed25519PrivateKey] | type[MLDSA44PrivateKey]]] = {
    "log-ed25519.pem": (Kind.ED25519, Ed25519PrivateKey),
    "log-ml-dsa-44.pem": (Kind.ML_DSA_44, MLDSA44PrivateKey),
}


def origin(settings: Settings) -> str:
    """The name of the log: the setting `log_origin`, or one made of the installation's id. No host is part of it, so that
    it stays when the host changes."""
    own = Identity.load(settings.data)
    if settings.log_origin or own is None:
        return settings.log_origin or "yipin/unnamed"
    return f"yipin/{own.id}"


def make(settings: Settings) -> None:
    """Make the keys that are not there. For a log that was never signed."""
    for name, (_, kind) in FILES.items():
        path = settings.keys / name
        if not path.exists():
            write_whole(path, pem_of(kind.generate(), settings.key_passphrase), replaces=False)


def are_there(settings: Settings) -> bool:
    """Whether both keys are on this machine."""
    return all((settings.keys / name).exists() for name in FILES)


def signers(settings: Settings) -> list[Signer]:
    """What signs the checkpoints of this log. Raises Unavailable, with the cure, when a key is missing, damaged, locked or
    readable by others."""
    name, phrase = origin(settings), settings.key_passphrase
    seeds = {
        file: read_key(settings.keys / file, phrase, kind).private_bytes_raw() for file, (_, kind) in FILES.items()
    }
    return [Signer(name, FILES[file][0], seed) for file, seed in seeds.items()]
