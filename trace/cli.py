"""The command line: `yipin …`. An edge like the web: it opens the transaction, calls a use-case, and says what
happened. Errors of ours are one line on stderr and exit status 1; nothing shows a stack trace."""

import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from . import cases as casefiles
from . import clock, demo, founding, press, pressroom, printing, schema, signin
from .accounts import Actor
from .codes import keys as codekeys
from .codes.kinds import CodeKind, kind_of
from .codes.sheet import Output, Printer
from .codes.signing import code_in, verify
from .codes.stock import stocks
from .config import Settings
from .db import Database
from .errors import BadCode, Conflict, Invalid, NotFound, TraceError
from .issue import issue_codes
from .models import Batch, CodeRange, PrintRun, PrintState, Role
from .office import Office

DATA = click.option("--data", type=click.Path(path_type=Path), envvar="YIPIN_DATA", default="data",
                    show_default=True, help="Data directory.")  # fmt: skip


class Group(click.Group):
    """Shows an error of ours as one plain line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TraceError as error:
            raise click.ClickException(str(error)) from error
        except OperationalError as error:
            cause = str(error.orig).strip().split("\n")[0]
            raise click.ClickException(f"数据库正忙或磁盘已满，没有保存（{cause}）。请稍后再试。") from error


@click.group(cls=Group, help="一品一码: signed identity codes for farm products, from harvest to scan.")
@click.version_option(package_name="yipin")
def main() -> None:
    pass


@dataclass
class Desk:
    """The opened data directory of one command."""

    db: Database
    office: Office
    actor: Actor


@contextmanager
def _desk(data: Path) -> Iterator[Desk]:
    settings = Settings.load(data)
    db = Database(settings.database_url)
    try:
        schema.check(db)
        yield Desk(db, Office.open(settings), _self())
    finally:
        db.dispose()


def _self() -> Actor:
    return Actor("command line", clock.now())


@main.command()
@DATA
@click.option("--base-url", help="What labels carry, e.g. https://t.example.cn/ (lower case, ends in /).")
def init(data: Path, base_url: str | None) -> None:
    """Make a data directory: settings, secrets, schema, the policy's brands. Run again, it changes nothing."""
    settings = founding.found(data, base_url=base_url, actor=_self())
    click.echo(f"{settings.data}\n{settings.base_url}\n下一步：yipin key new --data {data}")


@main.command("demo")
@DATA
@click.option("--units", type=click.IntRange(1, 1_000_000), default=24, show_default=True, help="Codes in each batch.")
@click.option("--base-url", default="http://127.0.0.1:8000/", show_default=True)
def demo_command(data: Path, units: int, base_url: str) -> None:
    """Fill a new data directory with plainly marked demonstration data, labels included; writes DIR/demo.json."""
    with click.progressbar(length=demo.BATCHES * units, label="标签", file=sys.stderr) as bar:
        told = demo.fill(data, units=units, base_url=base_url, progress=lambda: bar.update(1))
    for account in told["accounts"]:
        click.echo(f"{account['role']:<14} {account['login']:<10} {account['password']}")
    for batch in told["batches"]:
        click.echo(f"{batch['id_number']} {batch['product']} {batch['state']} {' '.join(batch['label_files'])}")


@main.command()
@DATA
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
def serve(data: Path, host: str, port: int, workers: int) -> None:
    """Serve the pages (granian)."""
    with _desk(data) as desk:
        _ = desk.office.ring  # fail now, not at the first scan
    from . import serving

    os.environ["YIPIN_DATA"] = str(data.absolute())
    serving.server("yipin.web.wsgi:app", host, port, workers).serve()


@main.group()
def db() -> None:
    """The database."""


@db.command()
@DATA
def upgrade(data: Path) -> None:
    """Bring the database to this program's schema."""
    database = Database(Settings.load(data).database_url)
    try:
        before = schema.current(database)
        schema.upgrade(database)
        click.echo(f"{before or '（空）'} → {schema.current(database)}")
    finally:
        database.dispose()


@main.group()
def key() -> None:
    """The signing keys."""


@key.command("new")
@DATA
def key_new(data: Path) -> None:
    """Make a signing key. The newest active key signs; older ones go on verifying."""
    settings = Settings.load(data)
    made = codekeys.new_key(settings.keys, clock.now(), settings.key_passphrase)
    click.echo(f"密钥 {made.number} 已启用；请把 {settings.keys} 整个目录离线备份")


@key.command("list")
@DATA
def key_list(data: Path) -> None:
    """List the keys."""
    settings = Settings.load(data)
    for made in codekeys.KeyRing.load(settings.keys, settings.key_passphrase).keys.keys:
        since = f" {made.since:%Y-%m-%d %H:%M}Z" if made.since else ""
        click.echo(f"{made.number:>3} {made.algorithm} {made.not_before:%Y-%m-%d} {made.status}{since}")


@key.command("publish")
@DATA
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; standard output without it."
)
def key_publish(data: Path, out: Path | None) -> None:
    """Write the public key list, as the service shows it at /keys.json."""
    settings = Settings.load(data)
    text = codekeys.KeyRing.load(settings.keys, settings.key_passphrase).keys.to_json()
    if out:
        out.write_text(text, "utf-8")
    else:
        click.echo(text)


@key.command("status")
@DATA
@click.argument("number", type=int)
@click.argument("status", type=click.Choice(["retired", "compromised"]))
def key_status(data: Path, number: int, status: str) -> None:
    """Retire a key (its codes go on verifying) or declare it compromised."""
    made = codekeys.set_status(Settings.load(data).keys, number, codekeys.KeyStatus(status), clock.now())
    click.echo(f"密钥 {made.number}：{made.status}")


@main.group()
def account() -> None:
    """Accounts."""


@account.command("add")
@DATA
@click.argument("login")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--county", default="", help="GB/T 2260 code that limits an officer; empty for the whole city.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; a random one is printed otherwise."
)
def account_add(data: Path, login: str, name: str, role: str, county: str, password_stdin: bool) -> None:
    """Open an account."""
    password = _password(password_stdin)
    with _desk(data) as desk, desk.db.write.begin() as session:
        signin.add_account(session, desk.actor, desk.office.policy, login=login, name=name, role=role, county=county,
                           password=password)  # fmt: skip
    click.echo(login if password_stdin else f"{login} {password}")


def _password(from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else secrets.token_urlsafe(12)


@account.command("disable")
@DATA
@click.argument("login")
def account_disable(data: Path, login: str) -> None:
    """End an account and its sessions."""
    with _desk(data) as desk, desk.db.write.begin() as session:
        signin.disable(session, desk.actor, signin.account_called(session, login))
    click.echo(f"{login} 已停用")


@account.command("passwd")
@DATA
@click.argument("login")
@click.option("--password-stdin", is_flag=True)
def account_passwd(data: Path, login: str, password_stdin: bool) -> None:
    """Set a new password; the account's sessions end."""
    password = _password(password_stdin)
    with _desk(data) as desk, desk.db.write.begin() as session:
        signin.set_password(session, desk.actor, signin.account_called(session, login), password)
    click.echo(login if password_stdin else f"{login} {password}")


@main.group()
def cases() -> None:
    """Complaints and claims."""


@cases.command("forget")
@DATA
def cases_forget(data: Path) -> None:
    """Destroy the contacts of cases closed longer ago than the policy file says. To be run daily."""
    with _desk(data) as desk, desk.db.write.begin() as session:
        click.echo(f"已销毁 {casefiles.forget_contacts(session, desk.office.policy, desk.actor)} 份联系方式")


@main.command("issue")
@DATA
@click.argument("batch")
@click.argument("count", type=int)
@click.option("--key", "idempotency_key", help="The same key gives the same range again; a random one without it.")
@click.option("--tiny", is_flag=True, help="Tiny codes, for stickers with no room for 20 mm; checked online only.")
def issue_command(data: Path, batch: str, count: int, idempotency_key: str | None, tiny: bool) -> None:
    """Reserve COUNT codes of the batch with this ID number; prints range number, first and last unit."""
    kind = CodeKind.TINY if tiny else CodeKind.FULL
    with _desk(data) as desk, desk.db.write.begin() as session:
        codes = issue_codes(session, desk.actor, desk.office.ring, _batch(session, batch), count,
                            idempotency_key or secrets.token_hex(16), kind, desk.office.policy.commitment.required_of)  # fmt: skip
        line = f"{codes.id} {codes.first + 1} {codes.first + codes.count}"
    click.echo(line)


def _batch(session: Session, typed: str) -> Batch:
    from .codes.idnumber import parse_id_number

    number = parse_id_number(typed)
    found = session.query(Batch).filter_by(id_number=number).one_or_none()
    if found is None:
        raise NotFound("没有身份证号为 %(number)s 的批次；请对照标签再输一次", number=number)
    return found


@main.command()
@DATA
@click.argument("code_range", type=int)
@click.option("--stock", "stock_key", default="a4-24", show_default=True, help="One of: " + " ".join(stocks()))
@click.option("--first", type=int, help="Number of the first unit in the batch; the range's first without it.")
@click.option("--count", type=int, help="How many; all that follow without it.")
@click.option("--start-at", type=int, default=1, show_default=True, help="First free label of a part-used sheet.")
@click.option("--symbol-mm", type=float, help="Side of the symbol with its quiet zone.")
@click.option("--output", type=click.Choice([kind.value for kind in Output]), default="pdf", show_default=True,
              help="What file: of a roll also the printer's own language.")  # fmt: skip
@click.option("--dpi", type=int, default=203, show_default=True, help="The printer's dots an inch.")
@click.option("--key", "idempotency_key", help="The same key gives the same run again.")
def labels(data: Path, code_range: int, stock_key: str, first: int | None, count: int | None, start_at: int,
           symbol_mm: float | None, output: str, dpi: int, idempotency_key: str | None) -> None:  # fmt: skip
    """Make the label sheets of a code range and read them back; prints the file."""
    if stock_key not in stocks():
        raise Invalid("stock", "没有标签纸 %(key)s；可用的：%(keys)s", key=stock_key, keys=" ".join(stocks()))
    with _desk(data) as desk:
        with desk.db.write.begin() as session:
            codes = session.get(CodeRange, code_range)
            if codes is None:
                raise NotFound("没有这次赋码：%(number)d", number=code_range)
            begin = first or codes.first + 1
            order = printing.PrintOrder(stocks()[stock_key], begin, count or codes.first + codes.count - begin + 1,
                                        start_at, Printer(dpi=dpi), symbol_mm, Output(output))  # fmt: skip
            run = printing.plan_print(session, desk.actor, desk.office, codes, order,
                                      idempotency_key or secrets.token_hex(16))  # fmt: skip
        _make_with_bar(desk, run)


def _make_with_bar(desk: Desk, run: PrintRun) -> None:
    """Percent and the time left by the share of the work that is done. Ctrl-C stops the run and leaves no file."""
    try:
        with click.progressbar(length=_BAR, label="标签", file=sys.stderr) as bar:
            made = press.make(desk.db, desk.office, run.id,
                              hear=lambda way: bar.update(int(_BAR * way.done / way.total) - bar.pos))  # fmt: skip
    except KeyboardInterrupt:
        _stop(desk, run.id)
        raise SystemExit(130) from None
    if made is None:
        raise Conflict("第 %(run)d 次打印正由另一个进程生成", run=run.id)
    click.echo(press.path_of(desk.office, run))
    if printing.output_of(run).listed:
        with desk.db.write.begin() as session:
            password = printing.show_password(session, desk.actor, desk.office, session.get_one(PrintRun, run.id))
        click.echo(f"口令（只显示这一次）：{password}", err=True)


_BAR = 1000


def _stop(desk: Desk, run_id: int) -> None:
    with desk.db.write.begin() as session:
        row = session.get_one(PrintRun, run_id)
        if row.state is PrintState.PLANNED:
            printing.stop_run(session, desk.actor, row)
    click.echo(f"\n已停止第 {run_id} 次打印，没有留下文件；重新生成：yipin press {run_id}", err=True)


@main.command("press")
@DATA
@click.argument("run_id", metavar="RUN", type=int)
@click.option("--background", is_flag=True, hidden=True)
def press_command(data: Path, run_id: int, background: bool) -> None:
    """Make the labels of a print run that was planned, stopped or failed; the same bytes every time."""
    with _desk(data) as desk:
        if background:  # by the pages, which started us; what happens stands in the run's row
            pressroom.step_back()
            pressroom.quietly(desk.db, desk.office, run_id)
            return
        with desk.db.write.begin() as session:
            run = session.get(PrintRun, run_id)
            if run is None:
                raise NotFound("没有这次打印：%(number)d", number=run_id)
            if run.state in (PrintState.FAILED, PrintState.STOPPED):
                printing.retry(session, desk.actor, run)
        _make_with_bar(desk, run)


@main.command("verify")
@click.argument("codes", nargs=-1, required=True)
@click.option("--keys", "key_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True,
              help="Public key list, as at /keys.json.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def verify_command(codes: tuple[str, ...], key_file: Path, as_json: bool) -> None:
    """Check codes (digits or scanned addresses) with nothing but the key list. Exit status 0 only if all are genuine.

    A tiny code bears no signature: of it this says only that it must be checked online.

    A good signature tells issuer, county, batch, harvest day and the facts of the day of issue; whether the batch
    is recalled today only the service knows.
    """
    keys = codekeys.KeyList.from_json(key_file.read_text("utf-8"))
    results = [_verified(text, keys) for text in codes]
    for result in results:
        click.echo(json.dumps(result, ensure_ascii=False) if as_json else _plain(result))
    sys.exit(0 if all(result["genuine"] for result in results) else 1)


ONLINE_ONLY = "这是贴纸小码，离线不能核验；请联网打开它的网址查看"


def _verified(text: str, keys: codekeys.KeyList) -> dict[str, Any]:
    try:
        digits = code_in(text)
        if kind_of(digits) is CodeKind.TINY:
            return {"genuine": None, "check": "online", "reason": ONLINE_ONLY, "code": digits}
        payload = verify(digits, keys)
    except BadCode as error:
        return {"genuine": False, "check": error.reason, "reason": str(error), "code": text[:60]}
    return {"genuine": True, "id_number": payload.id_number, "county": payload.county, "key": payload.key,
            "harvest_date": payload.harvest_date.isoformat(),
            "facts": [fact.name for fact in payload.facts]}  # fmt: skip


def _plain(result: dict[str, Any]) -> str:
    if result["genuine"] is None:
        return f"不能离线核验 {result['reason']}"
    if not result["genuine"]:
        return f"假码 {result['reason']}"
    return f"签名真实 {result['id_number']} {result['harvest_date']} {' '.join(result['facts'])}".rstrip()
