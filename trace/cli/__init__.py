"""The command line: `yipin …`. An edge like the web: it opens the transaction, calls a use-case, and says what
happened. Errors of ours are one line on stderr and exit status 1; nothing shows a stack trace."""

from . import accounts, keys, labels, service, verifying
from .desk import main

__all__ = ["accounts", "keys", "labels", "main", "service", "verifying"]
