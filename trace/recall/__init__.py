"""Recall along the chain: what it starts from, how far the goods went, the act, the notices."""
