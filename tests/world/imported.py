"""Tables of any kind and length as they stand after the upload, without a browser."""

from dataclasses import replace
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import World
from yipin.access.actor import Actor
from yipin.clock import now
from yipin.codes.checkdigits import ALPHABET, parse_uscc
from yipin.errors import TraceError
from yipin.imports import engine, uploads, work
from yipin.models import Batch, Certification, FarmInput, Producer, Product, TableImport

MADE = {
    "producers": Producer,
    "products": Product,
    "batches": Batch,
    "certificates": Certification,
    "inputs": FarmInput,
}
GROWERS = ("products", "batches")


def who_imports(world: World, kind: str) -> Actor:
    return world.ama if kind in GROWERS else world.chen


def values_of(world: World, kind: str, number: int) -> dict[str, str]:
    """A good row of a kind. Rows of two numbers do not clash."""
    if kind == "producers":
        names = {"name": f"合作社{number}", "kind": "cooperative", "uscc": uscc(number), "resident_id": ""}
        return names | {"county": "430225", "township": "霞阳镇", "contact": "张某", "phone": "13800000000"}
    if kind == "products":
        return {
            "name": f"茶{number}",
            "brand": "",
            "commodity": "green-tea",
            "materials": "",
            "description": "",
            "regime": "",
            "shelf_life": "",
            "food_licence": "",
            "barcode": "",
        }
    if kind == "batches":
        form = world.batch_form(world.ama)
        amounts = {"quantity": f"{number}", "unit": "kg", "pack_size": "1"}
        return {"product": form.product, "plot": form.plot, "harvest_date": "2026-07-18"} | amounts
    if kind == "certificates":
        days = {"granted_on": "", "valid_from": "2026-01-01", "valid_to": "2028-12-31"}
        paper = {"scheme": "green", "number": f"LB-18-2607{number:07d}A", "holder": "", "issuer": ""}
        return {"product": product_of(world)} | paper | days
    says = {"name": f"农药{number}", "banned": "no", "registration": "", "crop": "", "crop_kind": "fruit"}
    return says | {"max_uses": "2", "interval_days": "14", "source": "某某产品的标签"}


def uscc(number: int) -> str:
    """A unified social credit code; numbers from 1,000 on are nobody's here."""
    for last in ALPHABET:
        try:
            return parse_uscc(f"93430225{number:09d}{last}")
        except TraceError:
            continue
    raise AssertionError("one of them fits")


def product_of(world: World) -> str:
    with world.db.read.begin() as session:
        mine = sa.select(Product.id_number).where(Product.producer_id == world.ama.producer_id)
        return str(session.scalar(mine))


def table_of(world: World, kind: str, *numbers: int, **changes: str) -> engine.Table:
    """As read from a sheet whose first row of values is row 6."""
    fields, pattern = work.KINDS[kind].fields, values_of(world, kind, 0)
    keys = [name for name in pattern if values_of(world, kind, 1)[name] != values_of(world, kind, 2)[name]]
    lines = []
    for row, number in enumerate(numbers, 6):
        own = values_of(world, kind, number) if keys else pattern
        lines.append(engine.Line(row, own | changes))
    return engine.Table({field.name: column for column, field in enumerate(fields, 2)}, lines)


def taken_in(world: World, kind: str, *numbers: int, who: Actor | None = None, **changes: str) -> TableImport:
    """An import that waits to be checked."""
    who, table = replace(who or who_imports(world, kind), at=now()), table_of(world, kind, *numbers, **changes)
    with world.db.transaction(writes=True) as session:
        digest = sha256(repr(numbers).encode()).hexdigest()
        return uploads.take_in(session, world.settings, who, work.KINDS[kind], table, "名单.xlsx", digest)


def confirmed(world: World, kind: str, *numbers: int, who: Actor | None = None, **changes: str) -> TableImport:
    """An import that was checked and confirmed, and waits to enter."""
    who = who or who_imports(world, kind)
    row = taken_in(world, kind, *numbers, who=who, **changes)
    work.judge(world.db, world.installation, row.id)
    return confirm(world, row, who)


def confirm(world: World, row: TableImport, who: Actor | None = None) -> TableImport:
    with world.db.transaction(writes=True) as session:
        who = replace(who or who_imports(world, row.kind), at=now())
        return uploads.confirm(session, who, work.KINDS[row.kind], row.token, approve=False)


def counted(world: World) -> dict[str, int]:
    """How many rows each table of the record has, but for the imports themselves and the notes of what changed."""
    with world.db.read.begin() as session:
        return {
            table.name: _count(session, table)
            for table in Producer.metadata.sorted_tables
            if table.name not in ("imports", "record_changes")
        }


def _count(session: Session, table: sa.Table) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
