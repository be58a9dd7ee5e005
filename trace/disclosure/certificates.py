"""The certificates behind the public figures, a row for each product on a paper, as of a day. Whoever applies the rule to these rows
gets the figures of the page.

What is declared and not verified (待核) is counted, and neither named nor numbered: nobody has looked at it yet.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from ..certification.schemes import SCHEME_WORDS
from ..errors import N_
from ..indicators import cache
from ..indicators.line import Line
from ..indicators.measures import RULE_VERSION, STATE_WORDS
from ..models import Action, Brand, BrandKind, Certification
from . import names
from .leaves import leaves_of
from .table import DEMONSTRATION, LEAF, Asked, Column, Row, Table

PENDING = "pending"
COUNTED_WORDS = {
    **{scheme.value: word for scheme, word in SCHEME_WORDS.items()},
    BrandKind.ENTERPRISE.value: N_("企业品牌"),
}


def _rows(session: Session, asked: Asked) -> Iterator[Row]:
    people, leaves = names.people(session), _leaves(session)
    for line in sorted(cache.lines(session, asked.policy), key=lambda each: each.id):
        if (row := row_of(line, asked, people)) is not None:
            yield row | {"leaf": leaves.get(line.certification) if line.verified else None}


def row_of(line: Line, asked: Asked, people: frozenset[int]) -> dict[str, object] | None:
    """One row as of the day; None for what was neither verified nor pending on it. What became known later is not in it."""
    day = asked.day
    if line.verified is not None and line.verified <= day:
        return _common(line, asked) | _verified(line, asked, people)
    return _common(line, asked) | {"state": PENDING} if line.pending(day) else None


def _common(line: Line, asked: Asked) -> dict[str, object]:
    return {column.key: None for column in CERTIFICATES.columns} | {
        "row": line.id,
        "certificate": line.certification,
        "scheme": line.scheme,
        "county": line.county,
        "county_name": asked.policy.county_name(line.county),
        "declared": line.declared,
        "demonstration": line.demonstration,
    }


def _verified(line: Line, asked: Asked, people: frozenset[int]) -> dict[str, object]:
    ended = line.ended if line.ended is not None and line.ended <= asked.day else None
    return {
        "number": line.number,
        "holder": named(line, people),
        "holder_number": line.subject,
        "product": line.product,
        "unit": "/".join((*line.unit.goods, line.unit.scheme)),
        "renewal": line.is_renewal,
        "granted": line.granted,
        "valid_from": line.valid_from,
        "valid_to": line.valid_to,
        "verified": line.verified,
        "ended": ended,
        "ending": line.ending if ended else None,
        "state": line.state(asked.day),
    }


def named(line: Line, people: frozenset[int]) -> str:
    """The holder of a line as it may be published."""
    kind, number = line.subject.split(":")
    return names.masked(line.holder) if kind == "producer" and int(number) in people else line.holder


def _leaves(session: Session) -> Mapping[int, int]:
    """By certificate (a brand under a negative number), the leaf of the event by which it was verified, or entered as verified."""
    papers = leaves_of(session, Certification, Action.CERTIFICATION_VERIFY, Action.CERTIFICATION_ENTER)
    brands = leaves_of(session, Brand, Action.BRAND_VERIFY)
    return {**papers, **{-number: leaf for number, leaf in brands.items()}}


def _about(asked: Asked) -> Row:
    """The targets, so that the figures can be recounted from this file alone."""
    return {
        "rule_version": RULE_VERSION,
        "targets": [
            {
                "key": target.key,
                "period": target.period,
                "counts": _counted(target.counts, target.brands),
                "start": target.start,
                "end": target.end,
                "base_date": target.base,
                "target": target.value,
            }
            for target in asked.policy.targets.values()
        ],
    }


def _counted(*kinds: Sequence[str]) -> list[str]:
    return [str(each) for some in kinds for each in some]


CERTIFICATES = Table(
    "certificates",
    N_("计数背后的证书"),
    N_("公开计数的每一个数，都是从这里的证书按规则数出来的。"),
    "product",
    (
        Column("row", N_("行号"), shown=False),
        Column("certificate", N_("证书序号"), shown=False),
        Column("scheme", N_("认证"), COUNTED_WORDS),
        Column("number", N_("证书编号")),
        Column("holder", N_("持证人")),
        Column("holder_number", N_("持证人序号"), shown=False),
        Column("product", N_("证书上的产品")),
        Column("unit", N_("证项"), shown=False),
        Column("renewal", N_("续证")),
        Column("county", N_("县市区代码"), shown=False),
        Column("county_name", N_("县市区"), said=True),
        Column("granted", N_("首次颁证日期")),
        Column("valid_from", N_("起始日期")),
        Column("valid_to", N_("截止日期")),
        Column("declared", N_("申报日期")),
        Column("verified", N_("核实日期")),
        Column("ended", N_("终止日期")),
        Column("ending", N_("终止"), STATE_WORDS),
        Column("state", N_("当天状态"), STATE_WORDS | {PENDING: N_("待核")}),
        DEMONSTRATION,
        LEAF,
    ),
    _rows,
    (
        N_("一行是一张证书上的一个产品。到期的、撤销的也在，状态是所选那一天的。"),
        N_("持证人是公司、合作社的写全名；是自然人的只写姓，名字是个人信息。"),
        N_("待核的只计数，不公布是谁的：还没有人核对过。"),
    ),
    _about,
)
