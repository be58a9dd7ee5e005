"""What `demo.json` says of the demonstration: whom to log in as, and what to scan."""

from typing import TypedDict


class AccountSummary(TypedDict):
    """An account with its password."""

    login: str
    password: str
    role: str


class BatchSummary(TypedDict):
    """A batch with its labels. `commitment` is the number of its commitment certificate."""

    id_number: str
    commitment: str | None
    product: str
    state: str
    label_files: list[str]


class ChainSummary(TypedDict):
    """The processed batch, and the digits of its first code."""

    id_number: str
    product: str
    digits: str


class Summary(TypedDict):
    """The whole demonstration."""

    accounts: list[AccountSummary]
    batches: list[BatchSummary]
    chain: ChainSummary


class SavedSummary(Summary):
    """`demo.json`: the summary, and the base URL that the labels carry."""

    base_url: str
