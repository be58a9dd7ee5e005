"""Step 4, scan: looks up a scanned code and says what is true of it today.

The cheap checks come first: the digits, the key, the signature, then the record. A good signature alone never makes a
pack 正品: the unit must be issued, its label released and its batch on sale.

A scan goes this way: `present` checks the code (`codes.signing`, `codes.tiny`), `batch_facts` reads the batch, `pack`
gives the verdict and the answer, whose fields stand in `answer`. The edge then has the look counted (`looks`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from ..clock import day_of
from ..codes import tiny
from ..codes.kinds import CodeKind, kind_of
from ..codes.reading import Incomplete, NoCode, SeveralCodes, is_beginning, read_code
from ..codes.signing import CompromisedKey, verify
from ..codes.units import UnitPermutation
from ..errors import N_, BadCheck, BadCode, Message
from ..indicators import cache as indicators_cache
from ..indicators.board import Progress
from ..installation.installation import Installation
from ..log import witness_policy, witnessed
from ..log.folder import LogFolder
from . import lost
from .answer import Answer
from .facts_cache import BatchFactsCache
from .found import Found, read
from .guess_limit import Client, GuessLimit
from .id_card import Level
from .pack import GenuineCode, Pack, is_as_issued, pack_with_verdict
from .verdicts import REASONS, Verdict

FORGED_ADVICE = Message(N_("请不要凭这个标签购买或食用；保留包装，向当地农业农村部门反映。"))
AGAIN = Message(N_("把标签擦干净、放平，离近一点再扫。从聊天里点开的网址，可能少了几位，请改扫标签。"))
MOST_CODES = 10  # of several at once, so many are offered


@dataclass(frozen=True)
class Presented:
    """A scanned code and its answer, before the look is counted. `pack` is None if no pack of ours was found."""

    answer: Answer
    pack: Pack | None = None


@dataclass(frozen=True)
class Gate:
    """Limits wrong tiny codes: the counter of this process, and the client that asks."""

    guesses: GuessLimit
    client: Client


def present(
    session: Session,
    installation: Installation,
    text: str,
    now: datetime,
    cache: BatchFactsCache | None = None,
    gate: Gate | None = None,
) -> Presented:
    """Verify the code in `text` and look it up at `now` (aware UTC), without counting the look.

    No text makes it fail. A whole code that nobody here signed gets the verdict 假码; where no whole code was read, the
    verdict says so. Only with a `gate` it raises Throttled or ProofWanted, for a tiny code from a client that sent too
    many wrong ones.
    """
    try:
        text = read_code(text)
        code = (
            _tiny_code(installation, text, now, gate)
            if kind_of(text) is CodeKind.TINY
            else signed_code(installation, text)
        )
    except BadCode as bad:
        return _refused(session, installation, bad, text, now, cache)
    found = _found(session, installation, code, day_of(now), cache)
    pack = _pack(_seen(session, installation, found, code), code, _ordinal(installation, code)) if found else None
    if pack is None:
        answer = lost.answer(session, code, _ordinal(installation, code), text) or _unrecorded(code, text)
        return _without_pack(session, installation, answer, now, cache)
    line = _line(session, installation, day_of(now), cache)
    return Presented(replace(pack.answer(text), progress=line), pack)


def _found(
    session: Session, installation: Installation, code: GenuineCode, today: date, cache: BatchFactsCache | None
) -> Found | None:
    wish = code.id_number, _ordinal(installation, code)
    if cache is None:  # an empty cache is false, so it is compared with None
        return read(session, installation, wish, today)
    return cache.get(installation, wish, today)


def known(
    installation: Installation, codes: Sequence[GenuineCode], now: datetime, cache: BatchFactsCache
) -> list[Pack | None]:
    """The packs of many genuine codes, as `present` finds them, from memory and one question to the record.

    None stands where more must be read, as of a leaked key the witnesses of the issue: the caller then asks `present`.
    """
    wishes = [(code.id_number, _ordinal(installation, code)) for code in codes]
    remembered = cache.remembered(wishes, day_of(now))
    return [
        _pack(found, code, ordinal) if found and code.leaked_since is None else None
        for found, code, (_, ordinal) in zip(remembered, codes, wishes, strict=True)
    ]


def _seen(session: Session, installation: Installation, found: Found, code: GenuineCode) -> Found:
    """The same, with the time at which witnesses saw the issue of this unit: asked only when the key of its code has leaked."""
    issued = found.facts.range_of(_ordinal(installation, code))
    if code.leaked_since is None or issued is None:
        return found
    settings, facts = installation.settings, found.facts
    codes = witnessed.Range(code.id_number, issued.first, issued.count, issued.kind.value)
    policy = witness_policy.kept(settings.log_policy)
    at = witnessed.issue_seen_at(session, LogFolder(settings.log), policy, facts.batch_id, codes)
    told = tuple(replace(each, witnessed_at=at) if each is issued else each for each in facts.issued)
    return replace(found, facts=replace(facts, issued=told))


def _pack(found: Found, code: GenuineCode, ordinal: int) -> Pack | None:
    """The pack that a genuine code names, or None if it is not the code that was issued for this unit."""
    issued = found.facts.range_of(ordinal)
    if issued is None or not is_as_issued(issued, code):
        return None
    return pack_with_verdict(found, issued, code, ordinal)


def _ordinal(installation: Installation, code: GenuineCode) -> int:
    return _permutation(installation.secrets.units, code.id_number).ordinal(code.unit)


# The unit keys of the latest batches. Only a good signature leads here, so nobody can flood this cache.
_permutation = lru_cache(maxsize=4_096)(UnitPermutation)


def signed_code(installation: Installation, text: str) -> GenuineCode:
    """What a genuine signed code says; the record is not read. Raises BadCode.

    A code of a leaked key is returned with the time of the leak: a witness of its issue may still vouch for it.
    """
    try:
        said = verify(text, installation.keys)
        return GenuineCode(CodeKind.FULL, said.id_number, said.unit, said)
    except CompromisedKey as leaked:
        said = leaked.payload
        return GenuineCode(CodeKind.FULL, said.id_number, said.unit, said, leaked.since)


def _tiny_code(installation: Installation, text: str, now: datetime, gate: Gate | None) -> GenuineCode:
    said = tiny.read(text)
    if gate:
        gate.guesses.refuse(gate.client, said.batch, now)
    try:
        return GenuineCode(
            CodeKind.TINY, tiny.batch_of(said, installation.secrets.units, installation.policy.counties), said.unit
        )
    except BadCheck:
        if gate:
            gate.guesses.wrong(gate.client, said.batch, now)
        if is_beginning(text, [key.number for key in installation.keys.keys], installation.policy.counties):
            raise Incomplete(text) from None
        raise


def _refused(
    session: Session, installation: Installation, bad: BadCode, text: str, now: datetime, cache: BatchFactsCache | None
) -> Presented:
    """The answer to a text that is no code of ours. Only a whole code can be forged."""
    verdict = {Incomplete: Verdict.INCOMPLETE, NoCode: Verdict.INCOMPLETE, SeveralCodes: Verdict.SEVERAL}.get(
        type(bad), Verdict.FORGED
    )
    codes = tuple(bad.codes[:MOST_CODES]) if isinstance(bad, SeveralCodes) else ()
    advice = FORGED_ADVICE if verdict is Verdict.FORGED else AGAIN if verdict is Verdict.INCOMPLETE else None
    reason = Message(REASONS[verdict])
    answer = Answer(verdict, reason, Level.UNIT, text[:40], advice=advice, fault=bad.message, codes=codes)
    return _without_pack(session, installation, answer, now, cache)


def _unrecorded(code: GenuineCode, text: str) -> Answer:
    """The answer to a genuine code that the record does not have."""
    verdict, reason, fault = Verdict.UNKNOWN, N_("签名真实，但本系统没有这一件的记录。"), None
    if code.kind is CodeKind.TINY:
        reason = N_("核验码相符，但本系统没有这一件的记录。")
    elif code.leaked_since is not None:
        verdict, reason = Verdict.UNCONFIRMED, REASONS[Verdict.UNCONFIRMED]
        fault = Message(N_("签名所用的密钥已泄露，本系统没有这个码的赋码记录。"))
    return Answer(verdict, Message(reason), Level.UNIT, text[:40], advice=FORGED_ADVICE, fault=fault)


def _without_pack(
    session: Session, installation: Installation, answer: Answer, now: datetime, cache: BatchFactsCache | None
) -> Presented:
    return Presented(replace(answer, progress=_line(session, installation, day_of(now), cache)))


def _line(session: Session, installation: Installation, today: date, cache: BatchFactsCache | None) -> Progress | None:
    if cache is None:
        return indicators_cache.last_line(session, installation.policy, today)
    return cache.line(installation, today)
