"""After a restore: what the record lacks is brought back from its public log."""

from pathlib import Path

import click

from ..installation import place
from ..log import keys
from ..log.folder import LogFolder
from ..log.mirroring import mirror
from ..log.sources import source_of
from ..recovery import moments
from ..recovery.recovering import Report, accept_clock, move, recover
from ..recovery.replay import Outcome
from .desk import DATA, Desk, desk_of, main

OUTCOME_WORDS = {
    Outcome.KEPT: "备份里已有",
    Outcome.DONE: "已恢复",
    Outcome.NOTED: "已按日志记下",
    Outcome.AGAIN: "备份里又有了，请按本人的请求再删一次",
    Outcome.SKIPPED: "日志里没有内容，恢复不了",
}
SHOWN = 20  # batches of one kind that are named
SURE = "写进登记库？（先停下服务更稳妥，不停也可以）"
MOVED = "原来的那一份已经停用，以后不再启动？"
CLOCK = "本机时钟现在是对的？"


@main.command("recover")
@DATA
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--moved", is_flag=True, help="The installation was moved here, and the former one is not started again.")
@click.option("--log", "place_of_log", help="A mirror of the log, where the data directory's own is old or lost too.")
def recover_command(data: Path, dry_run: bool, yes: bool, moved: bool, place_of_log: str | None) -> None:
    """After a restore: bring back from the public log what the record lacks, so that codes may be issued again."""
    with desk_of(data) as desk:
        settings = desk.installation.settings
        if place_of_log:
            mirror(source_of(place_of_log), settings.log, [each.verifier for each in keys.signers(settings)])
        _bring_back(desk, dry_run, yes)
        if moved and not dry_run:
            _settle(desk, yes)
        _accept_clock(desk, dry_run, yes)
        for said in filter(None, desk.guard.findings().values()):
            click.echo(said, err=True)


def _bring_back(desk: Desk, dry_run: bool, yes: bool) -> None:
    with LogFolder(desk.installation.settings.log).locked():
        found = _recovered(desk, dry_run=True)
        click.echo("\n".join(_lines(found)))
        if found.is_needed and not dry_run and (yes or click.confirm(SURE)):
            _recovered(desk, dry_run=False)
            click.echo("已写进登记库；可以继续赋码")


def _recovered(desk: Desk, *, dry_run: bool) -> Report:
    settings = desk.installation.settings
    folder = LogFolder(settings.log)
    told = folder.published([each.verifier for each in keys.signers(settings)])
    with desk.db.write() as session, session.begin() as work:
        report = recover(session, desk.actor, folder, told)
        if dry_run:
            work.rollback()
    return report


def _lines(report: Report) -> list[str]:
    from ..web.words import EVENT_WORDS  # the web is slow to import, and most commands need none of it

    if not report.is_needed:
        return [f"登记库不缺公开日志里的任何一条（共 {report.size} 条）"]
    lines = [f"登记库缺公开日志第 {report.first} 到 {report.size - 1} 条（条号从 0 起，日志共 {report.size} 条）："]
    lines += [
        f"  {count:>6}  {OUTCOME_WORDS[how]}：{EVENT_WORDS.get(action, action)}"
        for (action, how), count in sorted(report.outcomes.items())
    ]
    lines += _some(
        "发过的码，以后不再发：", [f"{number} 共 {count} 枚" for number, count in sorted(report.units.items())]
    )
    lines += _some("状态改回：", [f"{each.number} {each.before.value} → {each.after.value}" for each in report.moved])
    lines += _some("登记丢了、只剩编号的批次（请查纸质记录，重新登记还没贴标的货）：", list(report.gone))
    return lines


def _some(head: str, names: list[str]) -> list[str]:
    if not names:
        return []
    more = [f"  …… 还有 {len(names) - SHOWN} 个"] if len(names) > SHOWN else []
    return [head, *(f"  {name}" for name in names[:SHOWN]), *more]


def _settle(desk: Desk, yes: bool) -> None:
    here = place.mark(desk.db, desk.installation.settings)
    if not (yes or click.confirm(MOVED)):
        return
    with desk.db.write.begin() as session:
        is_new = move(session, desk.actor, here)
    click.echo("登记库记下了：安装现在在这里" if is_new else "安装本来就在这里")


def _accept_clock(desk: Desk, dry_run: bool, yes: bool) -> None:
    with desk.db.transaction(writes=False) as session:
        early = moments.early(session)
    if early is None or dry_run:
        return
    click.echo(str(early), err=True)
    if yes or click.confirm(CLOCK):
        with desk.db.write.begin() as session:
            accept_clock(session, desk.actor)
        click.echo("记下了：登记库里更晚的时刻是时钟拨快时写的")
