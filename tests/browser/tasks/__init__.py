"""Thirty tasks of daily work, each a short sentence and the steps by which a person does it in a browser."""
