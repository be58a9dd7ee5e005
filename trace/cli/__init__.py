"""The command line: `yipin …`. An edge like the web: it opens the transaction, calls a use-case, and says what happened.

A TraceError is shown as one line on stderr, with exit status 1 and no stack trace.
"""

from . import accounts, keys, labels, log, recover, root, service, status, verifying, witness, work
from .desk import main

__all__ = [
    "accounts",
    "keys",
    "labels",
    "log",
    "main",
    "recover",
    "root",
    "service",
    "status",
    "verifying",
    "witness",
    "work",
]
