"""Which page of a long list an address asks for."""

from flask import request


def page_number() -> int:
    """The page of a list that the address asks for. It is the first page when the address asks for no valid one."""
    typed = request.args.get("page", "")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
