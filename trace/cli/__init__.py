"""The command line: `yipin …`. An edge like the web: it opens the transaction, calls a use-case, and says what happened.

A TraceError is shown as one line on stderr, with exit status 1 and no stack trace.
"""

from . import accounts, forgetting, keys, labels, log, recover, root, service, signer, status, verifying, witness, work
from .desk import main

__all__ = [
    "accounts",
    "forgetting",
    "keys",
    "labels",
    "log",
    "main",
    "recover",
    "root",
    "service",
    "signer",
    "status",
    "verifying",
    "witness",
    "work",
]
