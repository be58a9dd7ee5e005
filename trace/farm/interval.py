"""The interval rule (安全间隔期): whether a harvest may be coded after what was used on its plot. Pure: uses and limits in,
findings out.

Harvest is allowed on the day of the last use plus the interval, or later. A use that went on after the harvest counts as a
use on the day of harvest. The law: 农产品质量安全法第二十九条, 农药管理条例第三十四条.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from ..errors import N_, Message
from ..models import CropKind, InputKind
from .crops import Crop

LONGEST = 365  # days of an interval


class Doubt(StrEnum):
    """What stands against coding. The first two are final while the entry stands; an officer may decide the others."""

    EARLY = "early"  # 早于安全间隔期
    BANNED = "banned"  # 禁用
    TOO_OFTEN = "too_often"  # 超过使用次数
    BESIDE = "beside"  # 禁用于这种作物的药，用在同一块地的另一种作物上
    UNKNOWN = "unknown"  # 间隔期不明，无法判定

    @property
    def final(self) -> bool:
        """Whether no officer can let it go."""
        return self in (Doubt.EARLY, Doubt.BANNED)


@dataclass(frozen=True, slots=True)
class Use:
    """One use of an input. `name`, `registration` and `crop` are normal forms, for comparing; `written` and `written_crop` are
    as the entry says them, for people. `interval` in days, None where the entry does not say. `in_cycle`: it belongs
    to the harvest that is judged."""

    id: int
    kind: InputKind
    written: str
    written_crop: str
    name: str
    registration: str
    crop: str
    crop_kind: CropKind
    first: date
    last: date
    interval: int | None
    in_cycle: bool = True


@dataclass(frozen=True, slots=True)
class Limit:
    """What the list of inputs says, its names in normal form; an empty crop or kind means any."""

    name: str
    registration: str = ""
    crop: str = ""
    crop_kind: CropKind | None = None
    banned: bool = False
    max_uses: int | None = None
    interval: int | None = None
    source: str = ""

    def fits(self, use: Use) -> bool:
        """Whether it speaks of this use: the crop fits, and so does the registration or the name. A ban on a substance fits
        every product that has the substance in its name."""
        if self.crop not in ("", use.crop) or self.crop_kind not in (None, use.crop_kind):
            return False
        if self.registration and self.registration == use.registration:
            return True
        if self.banned:
            return self.name in use.name
        return not (self.registration and use.registration) and self.name == use.name


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt, the use that it is about, and what it says to people."""

    doubt: Doubt
    use: Use
    message: Message


def interval_of(use: Use, limits: Iterable[Limit]) -> int | None:
    """The days to wait: the longer of what the entry and the list say; None where neither does."""
    said = [use.interval, *(limit.interval for limit in limits if limit.fits(use))]
    return max((days for days in said if days is not None), default=None)


def earliest_harvest(uses: Iterable[Use], limits: Sequence[Limit], on: date) -> date | None:
    """The first day on which the plot may be harvested, judged on day `on`; None where nothing holds it back."""
    days = [_free_on(use, limits, on) for use in uses if use.kind.has_interval and use.first <= on]
    return max((day for day in days if day is not None), default=None)


def _free_on(use: Use, limits: Sequence[Limit], on: date) -> date | None:
    wait = interval_of(use, limits)
    return None if wait is None else min(use.last, on) + timedelta(wait)


def judge(harvest: date, uses: Sequence[Use], limits: Sequence[Limit], grown: Sequence[Crop] = ()) -> list[Finding]:
    """Everything that stands against a harvest of that day: bans and intervals in the order of the uses, then what was used too
    often. `grown`: the crops harvested, as far as can be told."""
    before = sorted((use for use in uses if use.first <= harvest), key=lambda use: (use.first, use.id))
    found: list[Finding] = []
    for use in before:
        found += _banned(use, limits, grown)
        if use.kind.has_interval:
            found += _waiting(use, limits, harvest)
    return found + _too_often([use for use in before if use.in_cycle], limits)


def _banned(use: Use, limits: Sequence[Limit], grown: Sequence[Crop]) -> list[Finding]:
    """A ban on the crop it was used on is final. What may be used there and is banned on the harvested crop of the same plot is for
    an officer to judge: the record cannot tell what it reached."""
    if not use.in_cycle:
        return []
    if ban := _ban(use, limits):
        return [_finding(Doubt.BANNED, use, N_("%(name)s 禁止用于%(crop)s（依据：%(source)s）"), source=ban.source)]
    for crop in grown if use.crop not in {each.name for each in grown} else ():
        if ban := _ban(replace(use, crop=crop.name, crop_kind=crop.kind), limits):
            told = N_("%(name)s 用在同一地块的%(crop)s上，而它禁止用于%(grown)s（依据：%(source)s），要监管人员判定")
            return [_finding(Doubt.BESIDE, use, told, source=ban.source, grown=crop.written)]
    return []


def _ban(use: Use, limits: Sequence[Limit]) -> Limit | None:
    return next((limit for limit in limits if limit.banned and limit.fits(use)), None)


def _finding(doubt: Doubt, use: Use, words: str, **values: object) -> Finding:
    return Finding(doubt, use, Message(words, {"name": use.written, "crop": use.written_crop, **values}))


def _waiting(use: Use, limits: Sequence[Limit], harvest: date) -> list[Finding]:
    free = _free_on(use, limits, harvest)
    if free is None:
        said = _finding(Doubt.UNKNOWN, use, N_("%(name)s（%(day)s用）的安全间隔期不明，无法判定"), day=use.last)
        return [said] if use.in_cycle else []
    if harvest >= free:
        return []
    told = N_("%(name)s 最后一次用在 %(last)s，安全间隔期 %(days)s 天，%(free)s起才能采收，而采收在 %(harvest)s")
    days = interval_of(use, limits)
    return [_finding(Doubt.EARLY, use, told, last=use.last, days=days, free=free, harvest=harvest)]


def _too_often(uses: Sequence[Use], limits: Sequence[Limit]) -> list[Finding]:
    """One finding for each input and crop that was used more often than the strictest limit allows."""
    counted: dict[tuple[str, str], list[Use]] = {}
    for use in uses:
        counted.setdefault((use.registration or use.name, use.crop), []).append(use)
    found = []
    for times in counted.values():
        most = min((limit.max_uses for limit in limits if limit.max_uses and limit.fits(times[0])), default=None)
        if most is not None and len(times) > most:
            told = N_("%(name)s 本季用了 %(times)s 次，最多 %(most)s 次")
            found.append(_finding(Doubt.TOO_OFTEN, times[-1], told, times=len(times), most=most))
    return found
