"""Every certificate scheme has its line in every table of schemes."""

import pytest

from yipin.certification import schemes
from yipin.codes import certnumbers
from yipin.models import Scheme


@pytest.mark.parametrize(
    "table",
    [schemes.SCHEME_WORDS, schemes.FACT_OF, schemes.YEARS, schemes.OF_A_BRAND, certnumbers.FORMS],
    ids=["word", "fact in the code", "term", "of a brand", "form of its numbers"],
)
def test_a_table_of_schemes_has_a_line_for_every_scheme(table: dict[str, object]) -> None:
    assert set(table) == set(Scheme)


def test_what_is_on_the_way_to_organic_is_not_organic() -> None:
    assert schemes.FACT_OF[Scheme.ORGANIC_CONVERSION] == 0
