"""The bureau's table of networks (网段表): uploaded as a whole, the last one in force, each kept as it was."""

import csv
import io
from collections.abc import Iterator
from typing import IO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..errors import N_, Conflict, Invalid, Message
from ..models import Action, NetworkList, Role
from ..policy.policy import Policy
from ..sheets.reader import Sheet
from .regions import network, region, text_of

MOST, LARGEST = 50_000, 4 << 20  # lines; bytes
_HEADS = ("网段", "network", "cidr")


def in_force(session: Session) -> NetworkList | None:
    """The table that was uploaded last."""
    return session.scalar(sa.select(NetworkList).order_by(NetworkList.id.desc()).limit(1))


def may_enter(actor: Actor) -> bool:
    """Whether the table is this person's to replace: it is the whole city's."""
    return actor.role is Role.ADMINISTRATOR or actor.is_city_officer


def enter(session: Session, actor: Actor, policy: Policy, file: tuple[str, IO[bytes]] | None) -> NetworkList:
    """Put a table in the place of the last one: CSV or XLSX, network and county or place in each line.

    Raises Invalid (file) from an officer of a county, for a file that cannot be read and for wrong lines; Conflict where it says
    what the last one says.
    """
    if not may_enter(actor):
        raise Invalid("file", N_("网段表是全市共用的，由市级人员或管理员更新"))
    if file is None:
        raise Invalid("file", N_("请选择文件"))
    content = text_of(_read(policy, file[1].read(LARGEST + 1)))
    last = in_force(session)
    if last is not None and last.content == content:
        raise Conflict(N_("和正在用的网段表一样，没有更新"))
    row = NetworkList(uploaded_at=actor.at, count=content.count("\n") + 1, content=content)
    session.add(row)
    log.record(session, actor, Action.NETWORKS_ENTER, row, count=row.count)
    return row


def _read(policy: Policy, data: bytes) -> dict[str, str]:
    if len(data) > LARGEST:
        raise Invalid("file", N_("文件太大；最多 %(size)s MB"), size=LARGEST >> 20)
    found: dict[str, str] = {}
    wrong: list[tuple[int, Message]] = []
    for number, cells in _lines(data):
        try:
            _add(policy, found, cells)
        except Invalid as error:
            wrong.append((number, error.message))
        if len(found) > MOST:
            raise Invalid("file", N_("超过 %(most)s 行"), most=MOST)
    if wrong:
        number, what = wrong[0]
        text = N_("第 %(n)s 行：%(what)s（共 %(many)s 行有错，没有更新）")
        raise Invalid("file", text, n=number, what=what, many=len(wrong))
    if not found:
        raise Invalid("file", N_("文件里没有网段：每行先写网段，再写县市区或者地名"))
    return dict(sorted(found.items()))


def _add(policy: Policy, found: dict[str, str], cells: list[str]) -> None:
    """Read a line. Raises Invalid for one that cannot be read, or that says another place than an earlier one."""
    cidr, place = network(cells[0]), region(policy, cells[1])
    if found.setdefault(cidr, place) != place:
        raise Invalid("network", N_("“%(typed)s”写了两次，地方不一样"), typed=cidr)


def _lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty and no heading, by their numbers from 1."""
    rows = _of_xlsx(data) if data[:2] == b"PK" else _of_csv(data)
    for number, cells in rows:
        texts = [cell.strip() for cell in (*cells, "", "")[:2]]
        if any(texts) and not (number == 1 and texts[0].lower() in _HEADS):
            yield number, texts


def _of_xlsx(data: bytes) -> Iterator[tuple[int, list[str]]]:
    for row in Sheet(io.BytesIO(data)).rows(MOST + 1):
        yield row.number, [row.text(1), row.text(2)]


def _of_csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Invalid("file", N_("文件读不懂；请存为 CSV（UTF-8）或 .xlsx"))
    try:
        yield from enumerate(csv.reader(io.StringIO(text)), 1)
    except csv.Error:
        raise Invalid("file", N_("文件读不懂；请存为 CSV（UTF-8）或 .xlsx")) from None
