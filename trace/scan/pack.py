"""One pack as the record knows it: the verdict on it today, and all that its page says.

`scan` finds the pack that a code speaks of and has the look counted; here stands what is then answered.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..chain.way import Gone
from ..clock import day_of
from ..codes.kinds import CodeKind
from ..codes.payload import Fact, Payload
from ..errors import N_, Message
from ..models import BatchState, VoidUnit
from .answer import Answer, Level, Step, Verdict
from .batch_facts import BatchFacts, Issued, Released
from .looks import Seen

FACT_WORDS = {
    Fact.GREEN: N_("绿色食品"),
    Fact.ORGANIC: N_("有机产品"),
    Fact.GEOGRAPHICAL: N_("地理标志"),
    Fact.INSURED: N_("质量保险"),
}
STATE_VERDICTS = {BatchState.RECALLED: Verdict.RECALLED, BatchState.ON_HOLD: Verdict.ON_HOLD}
STATE_WORDS = {BatchState.RECALLED: N_("召回"), BatchState.ON_HOLD: N_("冻结")}
REASONS = {
    Verdict.GENUINE: N_("签名真实，这一件已登记并已上市。"),
    Verdict.NOT_RELEASED: N_("签名真实，但生产者还没有确认标签已贴上包装。"),
    Verdict.VOID: N_("这一枚标签已作废：%(why)s"),
    Verdict.SUSPICIOUS: N_("签名真实，但短时间内有很多不同的人扫过这一个码，可能被复制。"),
    Verdict.RECALLED: N_("主管部门已召回这个批次：%(why)s"),
    Verdict.ON_HOLD: N_("主管部门已冻结这个批次：%(why)s"),
    Verdict.ON_RECORD: N_("这是登记信息，不能证明您手里的这一件是真的；请扫包装上的二维码。"),
}
TINY_REASONS = {
    Verdict.GENUINE: N_("核验码与本系统相符，这一件已登记并已上市。"),
    Verdict.NOT_RELEASED: N_("核验码与本系统相符，但生产者还没有确认贴纸已贴到商品上。"),
    Verdict.SUSPICIOUS: N_("核验码与本系统相符，但短时间内有很多不同的人扫过这一个码，可能被复制。"),
}  # where the words of a signed code would claim too much
CODED = {CodeKind.FULL: N_("赋码并签名"), CodeKind.TINY: N_("赋码（贴纸小码）")}
ADVICE = {
    Verdict.NOT_RELEASED: N_("如果您已经买到手，请保留包装，向当地农业农村部门反映。"),
    Verdict.VOID: N_("作废的标签不应出现在商品上；请保留包装，向当地农业农村部门反映。"),
    Verdict.SUSPICIOUS: N_("请核对下面的产品、产地和净含量是否与您手里的一致。"),
    Verdict.RECALLED: N_("请不要食用，保留包装和小票，向销售者退货。"),
    Verdict.ON_HOLD: N_("在解除冻结之前，请先不要食用或转卖。"),
}


@dataclass(frozen=True)
class Claim:
    """What a code of either kind says once it is found genuine: of a tiny one `payload` is None, of a key that has
    leaked `leaked_since` is when."""

    kind: CodeKind
    id_number: str
    unit: int
    payload: Payload | None = None
    leaked_since: datetime | None = None


@dataclass(frozen=True)
class Pack:
    """A unit of ours, with the verdict on it before the look is counted."""

    facts: BatchFacts
    codes: Issued
    claim: Claim
    ordinal: int
    verdict: Verdict
    why: str | None = None

    @property
    def unit(self) -> tuple[int, int]:
        """Under which its looks are counted."""
        return self.facts.batch_id, self.ordinal

    @cached_property
    def _released(self) -> Released | None:
        return self.facts.release_of(self.ordinal)

    @cached_property
    def _gone(self) -> Gone | None:
        return self.facts.gone_of(self.ordinal)

    @property
    def likeness(self) -> tuple[object, ...]:
        """Packs that are alike in this, under the same facts, get the same answer but for what is a single pack's: its
        number, its code and its looks."""
        said = self.claim.payload
        return (
            self.facts.batch_id,
            self.codes,
            self._released,
            self._gone,
            self.verdict,
            self.why,
            self.claim.kind,
            said and said.key,
            said and int(said.facts),
        )

    def answer(self, text: str) -> Answer:
        """What is answered to the code `text`, the looks left open."""
        said, card = self.claim.payload, replace(self.facts.card, level=Level.UNIT, unit=self.ordinal + 1)
        answer = replace(
            batch_answer(self.facts, self.verdict, self.why, self.claim.kind),
            level=Level.UNIT,
            asked=text[:40],
            card=card,
            kind=self.claim.kind,
            steps=self._steps(),
        )
        if said is None:
            return answer
        at_issue = tuple(word for fact, word in FACT_WORDS.items() if fact & said.facts)
        return replace(answer, key_number=said.key, facts_at_issue=at_issue)

    def _steps(self) -> tuple[Step, ...]:
        steps = [*self.facts.steps, Step(day_of(self.codes.issued_at), Message(CODED[self.codes.kind]))]
        if self._released:
            steps.append(Step(day_of(self._released.released_at), Message(N_("标签上包装，上市"))))
        if self._gone:
            steps.append(Step(self._gone.day, Message(N_("发往%(place)s"), {"place": self._gone.place})))
        return (*steps, *_state_step(self.facts))


def found_pack(facts: BatchFacts, codes: Issued, claim: Claim, ordinal: int, spoiled: str | None) -> Pack:
    """The pack with its verdict, the gravest first, and why; `spoiled`: why this one label is void."""
    verdict, why = _verdict(facts, ordinal, spoiled)
    return Pack(facts, codes, claim, ordinal, verdict, why)


def _verdict(facts: BatchFacts, ordinal: int, spoiled: str | None) -> tuple[Verdict, str | None]:
    if facts.state in STATE_VERDICTS:
        return STATE_VERDICTS[facts.state], facts.reason
    if whole := facts.void_of(ordinal):
        return Verdict.VOID, whole.reason
    if spoiled:
        return Verdict.VOID, spoiled
    return (Verdict.GENUINE if facts.release_of(ordinal) else Verdict.NOT_RELEASED), None


def spoiled(session: Session, facts: BatchFacts, ordinal: int) -> str | None:
    """Why this one label of the batch is void, if it is."""
    if not facts.has_voids:
        return None
    void = sa.select(VoidUnit.reason).where(VoidUnit.batch_id == facts.batch_id, VoidUnit.ordinal == ordinal)
    return session.scalar(void)


def as_issued(codes: Issued, claim: Claim) -> bool:
    """Whether this is the very code that we issued for the unit, and before its key leaked."""
    said = claim.payload
    if codes.kind is not claim.kind:
        return False
    if said is None:
        return True
    same = (codes.key_number, codes.facts, codes.harvest_date) == (said.key, int(said.facts), said.harvest_date)
    return same and (claim.leaked_since is None or codes.issued_at < claim.leaked_since)


def _state_step(facts: BatchFacts) -> tuple[Step, ...]:
    word = STATE_WORDS.get(facts.state)
    return (Step(day_of(facts.since), Message(word)),) if word else ()


def _reasons(kind: CodeKind) -> dict[Verdict, str]:
    return REASONS if kind is CodeKind.FULL else REASONS | TINY_REASONS


def batch_answer(facts: BatchFacts, verdict: Verdict, why: str | None, kind: CodeKind = CodeKind.FULL) -> Answer:
    return Answer(
        verdict,
        Message(_reasons(kind)[verdict], {"why": why or ""}),
        facts.card.level,
        facts.card.id_number,
        since=facts.since if verdict in (Verdict.RECALLED, Verdict.ON_HOLD) else None,
        advice=Message(ADVICE[verdict]) if verdict in ADVICE else None,
        card=facts.card,
        certifications=facts.certifications,
        insurance=facts.insurance,
        progress=facts.progress,
        credit=facts.credit,
        commitment=facts.commitment,
        steps=(*facts.steps, *_state_step(facts)),
        way=facts.way,
    )


def copied(verdict: Verdict, seen: Seen | None) -> bool:
    """疑似复制: too many different readers looked at one pack that would be genuine."""
    return verdict is Verdict.GENUINE and seen is not None and seen.copied


def counted(answer: Answer, seen: Seen | None) -> Answer:
    """The answer with the unit's count in it, and what that count makes of the verdict."""
    if copied(answer.verdict, seen):
        answer = replace(
            answer,
            verdict=Verdict.SUSPICIOUS,
            reason=Message(_reasons(answer.kind)[Verdict.SUSPICIOUS]),
            advice=Message(ADVICE[Verdict.SUSPICIOUS]),
        )
    return replace(answer, scans=seen.scans if seen else 0, first_scan=seen.first_at if seen else None)
