"""Rights of the search: everybody finds what they may know of."""

from .rule import SIGNED_IN, Rules

RULES: Rules = {("search.search", "GET"): SIGNED_IN}
