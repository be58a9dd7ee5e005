"""The demonstration's complaints: one answered, one waiting, one about a forged code. All are plainly marked."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import credit
from ..cases import case, complaint_desk, complaints
from ..clock import day_of
from ..installation.installation import Installation
from ..issue.codes import codes_of
from ..models import Account, CodeRange

FORGED = "1" * 191
FILED = (  # days ago, kind, what, platform, shop
    (12, "quality", "演示：箱底有三个果子压烂了。", "shop", "演示果品店"),
    (18, "fake", "演示：包装很新，扫出来却是假码。", "alibaba", "演示网店"),
    (1, "label", "演示：标签上的净含量和箱子上印的不一样。", "jd", "演示旗舰店"),
)


def add(session: Session, installation: Installation, actor: Actor, range_id: int) -> None:
    """File the complaints about packs of a code range, and answer the first."""
    codes = session.get_one(CodeRange, range_id)
    city = Actor.of(session.scalars(sa.select(Account).where(Account.login == "officer")).one(), actor.at)
    last_month = (day_of(actor.at) - timedelta(days=30)).isoformat()
    credit.enter(
        session,
        installation.policy,
        city,
        codes.batch.producer,
        kind="inspection_passed",
        day=last_month,
        source="演示抽检报告",
        what="演示：抽检一批，合格。",
    )
    digits = [
        text for _, text in codes_of(codes, installation.ring, installation.secrets, codes.first, min(codes.count, 2))
    ]
    about = (digits[0], FORGED, digits[-1])
    for number, ((ago, kind, what, platform, shop), code) in enumerate(zip(FILED, about, strict=True)):
        form = complaints.ComplaintForm(
            kind=kind, what=what, code=code, county=codes.batch.county, place="演示市场", platform=platform, shop=shop
        )
        then = Actor("", actor.at - timedelta(days=ago))
        row = complaints.file(session, installation, then, form, f"{number:032x}", "demo", is_demonstration=True)
        if number == 0:
            officer = Actor.of(session.scalars(sa.select(Account).where(Account.login == "county")).one(), actor.at)
            case.take(session, replace(officer, at=then.at + timedelta(days=2)), row)
            answer = complaint_desk.Decision("unfounded", "演示：到店核查，果子是运输中压伤的，店家已退款。")
            complaint_desk.decide(session, installation, officer, row, answer)
