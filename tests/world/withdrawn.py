"""What can be done with a batch, each act by its use-case: for the test that finds every one of them refused."""

from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import getmembers, isfunction, signature
from pkgutil import walk_packages
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

import yipin
from world import World
from yipin.audit import holds
from yipin.chain import acts, sales, shipping
from yipin.chain.acts import Taken
from yipin.codes.label.stock import stocks
from yipin.commitment import certificates
from yipin.farm import amounts, harvests, inspections, rulings
from yipin.farm import holds as farm_holds
from yipin.insurance import policies
from yipin.issue.codes import CodeOrder, issue_codes
from yipin.jobs import printing as printing_jobs
from yipin.models import Batch, CodeRange, PrintRun
from yipin.printing import plans, runs, several, withdrawal
from yipin.provenance import allowance
from yipin.recall import figures, follow_up
from yipin.register import batch_corrections, batches
from yipin.scan import clone_cases

Act = Callable[[World, Session, Batch, CodeRange, PrintRun], object]
REPORT = inspections.InspectionForm(
    "commissioned", "某检测所", "R-1", "2026-07-18", "2026-07-19", [inspections.Item("克百威", "未检出")], passed=True
)
SHIPPING = shipping.ShippingForm("超市", "天元区", "2026-07-20", quantity="1")
COMMITMENT = certificates.CommitmentForm("1", ["control"])
BENEATH: set[Callable[..., Any]] = {  # no entrances: each is called by an act that asks, or about a batch that is held
    *(holds.take_over, holds.withdraw, holds.restore, farm_holds.opened, farm_holds.stop),
    *(batch_corrections.correct_batch, batches.wait, printing_jobs.order, figures.state, follow_up.line),
    *(sales.refuse_others, clone_cases.of_packs),
}


def _merge(world: World, session: Session, batch: Batch) -> Batch:
    other = session.scalars(sa.select(Batch.id_number).where(Batch.id != batch.id).limit(1)).one()
    return acts.merge(session, world.ama, [Taken(batch.id_number, "1"), Taken(other, "1")], pack_size="1")


def _policy(world: World, session: Session, batch: Batch) -> object:
    days = "2026-01-01", "2026-12-31"
    form = policies.PolicyForm("liability", "batch", batch.id_number, "PICC-2026-1", *days, insurer="某保险公司")
    return policies.enter(session, world.chen, form)


def _correct(world: World, session: Session, batch: Batch) -> None:
    form = world.batch_form(world.ama, quantity="9")
    harvests.correct(session, world.ama, world.installation.policy, batch, form, "错了")


def _plan(world: World, session: Session, codes: CodeRange) -> PrintRun:
    order = plans.PrintOrder(stocks()["a4-24"], 3, 1)
    return plans.plan_print(session, world.ama, world.installation, codes, order, "another")


ACTS: dict[Callable[..., Any], Act] = {
    holds.hold: lambda w, s, b, c, r: holds.hold(s, w.chen, b, "抽检"),
    holds.release: lambda w, s, b, c, r: holds.release(s, w.chen, b, "抽检"),
    holds.recall: lambda w, s, b, c, r: holds.recall(s, w.chen, b, "抽检"),
    withdrawal.withdraw: lambda w, s, b, c, r: withdrawal.withdraw(s, w.ama, b, "重了", "撤销 4 枚"),
    withdrawal.restore: lambda w, s, b, c, r: withdrawal.restore(s, w.ama, b),
    harvests.correct: lambda w, s, b, c, r: _correct(w, s, b),
    issue_codes: lambda w, s, b, c, r: issue_codes(s, w.ama, w.installation, b, CodeOrder(1, "another")),
    plans.plan_print: lambda w, s, b, c, r: _plan(w, s, c),
    several.plan_all: lambda w, s, b, c, r: several.plan_all(s, w.ama, w.installation, b, "another"),
    runs.release_run: lambda w, s, b, c, r: runs.release_run(s, w.ama, r),
    runs.stop_run: lambda w, s, b, c, r: runs.stop_run(s, w.ama, r),
    runs.cancel_run: lambda w, s, b, c, r: runs.cancel_run(s, w.ama, r, "卡纸"),
    runs.void_run: lambda w, s, b, c, r: runs.void_run(s, w.ama, r, "丢了"),
    runs.record_reprint: lambda w, s, b, c, r: runs.record_reprint(s, w.ama, r, "卡纸"),
    runs.retry: lambda w, s, b, c, r: runs.retry(s, w.ama, r),
    runs.record_list: lambda w, s, b, c, r: runs.record_list(s, w.ama, r),
    runs.show_password: lambda w, s, b, c, r: runs.show_password(s, w.ama, w.installation, r),
    runs.void_units: lambda w, s, b, c, r: runs.void_units(s, w.ama, b, "3", "撕坏了"),
    runs.refuse_download: lambda w, s, b, c, r: runs.refuse_download(r),
    certificates.issue: lambda w, s, b, c, r: certificates.issue(s, w.ama, w.installation.policy, b, COMMITMENT),
    certificates.cover: lambda w, s, b, c, r: certificates.cover(s, w.ama, w.installation.policy, b, 1, "k"),
    shipping.ship: lambda w, s, b, c, r: shipping.ship(s, w.ama, b, SHIPPING),
    sales.sell: lambda w, s, b, c, r: sales.sell(s, w.ama, b, 0),
    acts.split: lambda w, s, b, c, r: acts.split(s, w.ama, b.id_number, [("1", "1")]),
    acts.merge: lambda w, s, b, c, r: _merge(w, s, b),
    amounts.decide: lambda w, s, b, c, r: amounts.decide(s, w.chen, b, True, "看过"),
    inspections.enter: lambda w, s, b, c, r: inspections.enter(s, w.ama, b, REPORT),
    rulings.ask: lambda w, s, b, c, r: rulings.ask(s, w.ama, b),
    allowance.allow: lambda w, s, b, c, r: allowance.allow(s, w.chen, b, "看过"),
    policies.enter: lambda w, s, b, c, r: _policy(w, s, b),
}


def entrances() -> set[Callable[..., Any]]:
    """Every use-case of somebody's that takes a batch, its codes or a run of its labels."""
    found = {use_case for name in _rooms() for _, use_case in getmembers(import_module(name), isfunction)}
    return {each for each in found if not each.__name__.startswith("_") and _acts_on_a_batch(each)} - BENEATH


def _rooms() -> Iterator[str]:
    edges = ("yipin.web", "yipin.cli", "yipin.demo", "yipin.migrations", "yipin.__main__")
    return (each.name for each in walk_packages(yipin.__path__, "yipin.") if not each.name.startswith(edges))


def _acts_on_a_batch(use_case: Callable[..., Any]) -> bool:
    if not use_case.__module__.startswith("yipin."):
        return False
    taken = signature(use_case).parameters
    return "actor" in taken and any(each.annotation in (Batch, CodeRange, PrintRun) for each in taken.values())
