"""What a commitment certificate may rest on besides control (承诺依据): a passed test report of the batch. It is of the kind that
the basis names, and it looked for every drug that the farm's record says was used (用什么药，检什么药)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ..chain import lineage
from ..errors import N_, Invalid
from ..farm import clearance, inspections
from ..models import Batch, Inspection, InspectionKind, Origin
from .forms import TESTS, Basis

BASIS_OF = {InspectionKind.SELF: Basis.SELF_TEST, InspectionKind.COMMISSIONED: Basis.COMMISSIONED_TEST}


@dataclass(frozen=True)
class Ground:
    """A report, the basis that it stands for, and the drugs that were used and that it did not look for. With nothing missing, a
    certificate may rest on it."""

    report: Inspection
    basis: Basis
    missing: tuple[str, ...]


def of_batch(session: Session, batch: Batch) -> list[Ground]:
    """The passed reports that a producer had made of a batch, or of the batch that it was split from."""
    used = clearance.drugs_of(session, batch)
    return [
        Ground(row, BASIS_OF[row.kind], tuple(not_looked_for(used, [item.name_normal for item in row.items])))
        for each in _same_goods(session, batch)
        for row in inspections.passed(session, each)
        if row.kind in BASIS_OF
    ]


def not_looked_for(used: Mapping[str, str], tested: Collection[str]) -> list[str]:
    """The drugs used that a report did not look for (用什么药，检什么药), as they were written, in the order of their names.

    `used`: names as written, by normal form; `tested`: normal forms. Nothing missing: the test covers the batch.
    """
    return sorted(written for normal, written in used.items() if normal not in tested)


def _same_goods(session: Session, batch: Batch) -> Sequence[Batch]:
    """The batch, and then those that it was split from: the goods are the same."""
    found = [batch]
    while found[-1].origin is Origin.SPLIT:
        found.append(lineage.links_into(session, found[-1])[0].source)
    return found


def relied_on(session: Session, batch: Batch, ref: str, bases: Collection[Basis]) -> Inspection | None:
    """The report that a certificate's test basis rests on; None where it rests on no test. `ref`: the row number as typed.

    Raises Invalid("report") for a report that is not of this batch, not passed, of another kind, or that did not look for
    all that was used; Invalid("bases") for two kinds of test on one certificate, which names one report.
    """
    tests = TESTS & frozenset(bases)
    if not tests:
        return None
    if len(tests) > 1:
        raise Invalid("bases", N_("一张合格证挂一份检测报告：自行检测和委托检测，请只选报告对应的那一项"))
    grounds = of_batch(session, batch)
    if not grounds:
        raise Invalid("report", N_("以检测为依据的，要先登记这个批次的检测报告"))
    chosen = next((each for each in grounds if str(each.report.id) == ref.strip()), None)
    if chosen is None:
        raise Invalid("report", N_("请选一份这个批次的、合格的检测报告"))
    if chosen.basis not in tests:
        raise Invalid(
            "report", N_("报告 %(number)s 不是这一种检测的，请选对应的报告"), number=chosen.report.report_number
        )
    if chosen.missing:
        raise Invalid(
            "report",
            N_("用什么药，检什么药：报告 %(number)s 没有检测用过的 %(names)s"),
            number=chosen.report.report_number,
            names="、".join(chosen.missing),
        )
    return chosen.report
