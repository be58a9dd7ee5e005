"""The demonstration's insurance: one policy and two claims, all plainly marked.

One officer enters the policy and another verifies it, so that the scan of a demonstration pack says 承保中 and takes a
claim. One claim is answered, the other waits.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..cases import claims as cases_claims
from ..clock import day_of
from ..installation.installation import Installation
from ..insurance import pilot, policies
from ..issue.codes import codes_of
from ..models import CodeRange, Product

INSURER = "演示保险机构"  # the name of the insurer's account
NUMBER = "演示保单-0001"
FILED = (  # days ago, what
    (2, "演示：打开箱子，底层的果子压烂了，不能吃。"),
    (0, "演示：箱子受潮，三个果子发霉。"),
)


def add(session: Session, signed_in: Callable[[Session, str], Actor], product: Product) -> None:
    """Insure a product of the county's from a month ago for a year, and let it join the pilot."""
    county, city = signed_in(session, "county"), signed_in(session, "officer")
    first = day_of(county.at) - timedelta(days=30)
    row = policies.enter(
        session,
        county,
        policies.PolicyForm(
            kind="quality",
            scope="product",
            subject=product.id_number or "",
            number=NUMBER,
            insurer=INSURER,
            valid_from=first.isoformat(),
            valid_to=(first + timedelta(days=364)).isoformat(),
            limit_cumulative="100000",
            limit_per_incident="10000",
            premium="2000",
            subsidy_share="60",
            hotline="13800000000",
            exclusions="演示数据，不是真实的保险，不承担任何责任。",
        ),
    )
    policies.verify(session, city, row, policies.mark(row))
    pilot.join(session, county, product_number=product.id_number or "", joined_on=first.isoformat())


def claims(
    session: Session, installation: Installation, signed_in: Callable[[Session, str], Actor], range_id: int
) -> None:
    """File two claims about packs of a code range; the insurer answers the first."""
    codes, insurer = session.get_one(CodeRange, range_id), signed_in(session, "insurer")
    digits = [
        text for _, text in codes_of(codes, installation.ring, installation.secrets, codes.first, min(codes.count, 2))
    ]
    for number, (ago, what) in enumerate(FILED):
        day = insurer.at - timedelta(days=ago)
        form = cases_claims.ClaimForm(
            digits[min(number, len(digits) - 1)], "", day_of(day).isoformat(), what, "演示消费者", "13800000000", True
        )
        row = cases_claims.file(session, installation, Actor("", day), form, f"{number:032x}", "demo")
        if number == 0:
            cases_claims.take(session, replace(insurer, at=day + timedelta(hours=5)), row)
            cases_claims.close(session, installation, insurer, row, "演示：已查勘，按合同办理，款项三天内到账。")
