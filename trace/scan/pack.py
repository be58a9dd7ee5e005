"""One pack as the record knows it: the verdict on it today, and the answer that its page shows.

`lookup` finds the pack that a code names. How often the pack was looked at is added by `counted`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from ..chain.way import Gone
from ..clock import day_of
from ..codes.compromise import Vouched, vouched
from ..codes.keylist import KeyStatus
from ..codes.kinds import CodeKind
from ..codes.payload import Payload
from ..errors import N_, Message
from ..models import BatchState
from .answer import Answer, Step
from .batch_facts import BatchFacts, Issued, Released
from .counting import Counting
from .found import Found
from .id_card import Level
from .lapses import FACT_WORDS
from .looks import Seen
from .standing import Standing
from .verdicts import ADVICE, PACK_VERDICTS, REASONS, TINY_REASONS, Verdict, reason_of

STATE_WORDS = {BatchState.RECALLED: N_("召回"), BatchState.ON_HOLD: N_("冻结"), BatchState.WITHDRAWN: N_("撤销登记")}
CODED = {CodeKind.FULL: N_("赋码并签名"), CodeKind.TINY: N_("赋码（贴纸小码）")}


@dataclass(frozen=True)
class GenuineCode:
    """What a genuine code says. A tiny code has no `payload`. `leaked_since` (aware UTC) is when its key leaked."""

    kind: CodeKind
    id_number: str
    unit: int
    payload: Payload | None = None
    leaked_since: datetime | None = None


@dataclass(frozen=True)
class Pack:
    """A unit that we issued, with the verdict on it before the look is counted. `why` is the reason of a stop."""

    facts: BatchFacts
    standing: Standing
    issued: Issued
    code: GenuineCode
    ordinal: int
    verdict: Verdict
    why: str | None = None

    @property
    def unit(self) -> tuple[int, int]:
        """The key under which its looks are counted: the batch's row number and the ordinal in it, from 0."""
        return self.facts.batch_id, self.ordinal

    @cached_property
    def _released(self) -> Released | None:
        return self.facts.release_of(self.ordinal)

    @cached_property
    def _gone(self) -> Gone | None:
        return self.facts.gone_of(self.ordinal)

    @property
    def likeness(self) -> tuple[object, ...]:
        """Whatever makes the answers of two packs differ, apart from each pack's own number, code and looks.

            If two packs of the same facts have equal likeness, one drawn page serves both: what the verdict changes is put into
        it (`likeness_of_verdict`).
        """
        said = self.code.payload
        return (
            self.facts.batch_id,
            self.issued,
            self._released,
            self._gone,
            self.code.kind,
            said and said.key,
            said and int(said.facts),
        )

    def likeness_of_verdict(self, seen: Seen | None) -> tuple[object, ...]:
        """Whatever makes the verdicts of two packs differ, and what is told with them."""
        return self.verdict, copied(self.verdict, seen), self.why, self.standing, self.code.kind

    def verdict_answer(self, seen: Seen | None) -> Answer:
        """What the verdict changes of an answer; its steps are those of a stop alone."""
        answer = batch_answer(self.facts, self.standing, self.verdict, self.why, self.code.kind)
        return counted(replace(answer, steps=state_steps(self.standing)), seen)

    def answer(self, text: str) -> Answer:
        """The answer to the code `text`, without the number of looks."""
        said, card = self.code.payload, replace(self.facts.card, level=Level.UNIT, unit=self.ordinal + 1)
        answer = replace(
            batch_answer(self.facts, self.standing, self.verdict, self.why, self.code.kind),
            level=Level.UNIT,
            asked=text[:40],
            card=card,
            kind=self.code.kind,
            lapses=self.facts.lapses.since(self.issued.facts),
            steps=(*self.own_steps, *state_steps(self.standing)),
        )
        if said is None:
            return answer
        at_issue = tuple(word for fact, word in FACT_WORDS.items() if fact & said.facts)
        return replace(answer, key_number=said.key, facts_at_issue=at_issue)

    @property
    def own_steps(self) -> tuple[Step, ...]:
        """Its steps but for a stop."""
        steps = [*self.facts.steps, Step(day_of(self.issued.issued_at), Message(CODED[self.issued.kind]))]
        if self._released:
            steps.append(Step(day_of(self._released.released_at), Message(N_("标签上包装，上市"))))
        if self._gone:
            steps.append(Step(self._gone.day, Message(N_("发往%(place)s"), {"place": self._gone.place})))
        return tuple(steps)


def pack_with_verdict(found: Found, issued: Issued, code: GenuineCode, ordinal: int) -> Pack:
    """The pack with its verdict: the gravest one that applies."""
    verdict, why = _verdict(found, issued, code, ordinal)
    return Pack(found.facts, found.standing, issued, code, ordinal, verdict, why)


def _verdict(found: Found, issued: Issued, code: GenuineCode, ordinal: int) -> tuple[Verdict, str | None]:
    facts, standing = found.facts, found.standing
    if standing.state in PACK_VERDICTS:
        return PACK_VERDICTS[standing.state], standing.reason
    if whole := facts.void_of(ordinal):
        return Verdict.VOID, whole.reason
    if found.spoiled:
        return Verdict.VOID, found.spoiled
    if not vouched_for(issued, code).holds:
        return Verdict.UNCONFIRMED, None
    return (Verdict.GENUINE if facts.release_of(ordinal) else Verdict.NOT_RELEASED), None


def is_as_issued(issued: Issued, code: GenuineCode) -> bool:
    """Whether `code` is the one that was issued for the unit."""
    said = code.payload
    if issued.kind is not code.kind:
        return False
    return said is None or (issued.key_number, issued.facts, issued.harvest_date) == (
        said.key,
        int(said.facts),
        said.harvest_date,
    )


def vouched_for(issued: Issued, code: GenuineCode) -> Vouched:
    """Who vouches that the code is ours: a tiny code, which the service itself checked, and a sound key do so themselves."""
    status = KeyStatus.ACTIVE if code.leaked_since is None else KeyStatus.COMPROMISED
    return vouched(status, code.leaked_since, issued.witnessed_at)


def state_steps(standing: Standing) -> tuple[Step, ...]:
    """The step of a hold, a recall or a withdrawal, if the batch is stopped."""
    word = STATE_WORDS.get(standing.state)
    return (Step(day_of(standing.since), Message(word)),) if word and standing.since else ()


def _reasons(kind: CodeKind) -> dict[Verdict, str]:
    return REASONS if kind is CodeKind.FULL else REASONS | TINY_REASONS


def batch_answer(
    facts: BatchFacts, standing: Standing, verdict: Verdict, why: str | None, kind: CodeKind = CodeKind.FULL
) -> Answer:
    """The answer about a whole batch, with this verdict and its reason `why`."""
    return Answer(
        verdict,
        Message(reason_of(verdict, standing.by, _reasons(kind)), {"why": why or ""}),
        facts.card.level,
        facts.card.id_number,
        since=standing.since,
        advice=Message(ADVICE[verdict]) if verdict in ADVICE else None,
        card=facts.card,
        certifications=facts.certifications,
        lapses=facts.lapses.since(facts.at_issue),
        insurance=None if standing.state is BatchState.WITHDRAWN else facts.insurance,
        credit=facts.credit,
        commitment=facts.commitment,
        steps=(*facts.steps, *state_steps(standing)),
        way=facts.way,
    )


def copied(verdict: Verdict, seen: Seen | None) -> bool:
    """Whether a genuine pack becomes 疑似复制, because too many different readers looked at it."""
    return verdict is Verdict.GENUINE and seen is not None and seen.copied


def counted(answer: Answer, seen: Seen | None, how: Counting = Counting.DONE) -> Answer:
    """The answer with the number of looks. Too many different readers turn the verdict 正品 into 疑似复制.

    If this look is not written (`how`), there is no number, and the looks that are written give the verdict.
    """
    if copied(answer.verdict, seen):
        answer = replace(
            answer,
            verdict=Verdict.SUSPICIOUS,
            reason=Message(_reasons(answer.kind)[Verdict.SUSPICIOUS]),
            advice=Message(ADVICE[Verdict.SUSPICIOUS]),
        )
    if how is not Counting.DONE:
        return replace(answer, counting=how)
    if seen is None:
        return replace(answer, scans=0, readers=0, days=0, counting=how)
    return replace(
        answer, scans=seen.scans, readers=seen.readers, days=seen.days, first_scan=seen.first_at, counting=how
    )
