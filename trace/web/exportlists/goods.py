"""Products, batches, codes and labels, and where the goods went."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ...access.actor import Actor
from ...audit.batches import BATCHES
from ...audit.holds import HELD_WORDS
from ...errors import N_, Message
from ...models import Batch, BatchLink, BatchState, CodeRange, PrintRun, Shipment, UnitScans
from ...policy.commodities import said
from ...register import lists
from ...sheets.writer import Kind
from ..commoditywords import names_of
from ..export_file import Col, Export, Rows, Typed
from ..words import BATCH_WORDS, EVENT_WORDS, REVIEW_WORDS, RUN_WORDS
from .parts import batch_heads, batches_wanted, county, of_batches, of_list, word

_batches = of_list(BATCHES, joinedload(Batch.plot))


def _scans(actor: Actor, typed: Typed) -> Rows:
    """For each batch that was looked at: looks by people, packs looked at, first and last time."""
    seen = UnitScans
    summed = (
        sa.select(
            seen.batch_id,
            sa.func.sum(seen.scans).label("scans"),
            sa.func.count().label("units"),
            sa.func.min(seen.first_at).label("first_at"),
            sa.func.max(seen.last_at).label("last_at"),
        )
        .group_by(seen.batch_id)
        .subquery()
    )
    return (
        _batches(actor, typed)
        .join(summed, summed.c.batch_id == Batch.id)
        .add_columns(summed.c.scans, summed.c.units, summed.c.first_at, summed.c.last_at)
    )


def _links(actor: Actor, typed: Typed) -> Rows:
    """One row for each batch that went into another, where either is among the batches that the filter finds."""
    wanted = batches_wanted(actor, typed)
    rows = sa.select(BatchLink).where(sa.or_(BatchLink.from_id.in_(wanted), BatchLink.to_id.in_(wanted)))
    ends = [
        joinedload(end).joinedload(what)
        for end in (BatchLink.source, BatchLink.result)
        for what in (Batch.product, Batch.producer)
    ]
    return rows.order_by(BatchLink.id).options(joinedload(BatchLink.act), *ends)


EXPORTS: tuple[Export, ...] = (
    Export(
        "products",
        N_("产品目录"),
        of_list(lists.PRODUCTS),
        lambda policy: (
            Col(N_("产品身份证号"), lambda row: row.id_number, width=20),
            Col(N_("产品"), lambda row: row.name),
            Col(N_("品类"), lambda row: said(row.commodity)),
            Col(N_("原料"), lambda row: names_of(row.made_of) or None),
            Col(N_("品牌"), lambda row: row.brand.name if row.brand else None),
            Col(N_("主体"), lambda row: row.producer.name, width=28),
            Col(N_("县市区"), county(policy, lambda row: row.producer.county), width=10),
            Col(N_("说明"), lambda row: row.description, width=40),
            Col(N_("状态"), word(REVIEW_WORDS, lambda row: row.state)),
            Col(N_("退回原因"), lambda row: row.return_reason),
            Col(N_("提交"), lambda row: row.submitted_at, Kind.MOMENT),
            Col(N_("审核通过时间"), lambda row: row.approved_at, Kind.MOMENT),
        ),
    ),
    Export(
        "batches",
        N_("批次清单"),
        _batches,
        lambda policy: (
            *batch_heads(policy, lambda row: row),
            Col(N_("品类"), lambda row: said(row.product.commodity)),
            Col(N_("地块"), lambda row: row.plot.name),
            Col(N_("数量"), lambda row: row.quantity, Kind.AMOUNT),
            Col(N_("单位"), lambda row: Message(row.unit), width=8),
            Col(N_("每件的量"), lambda row: row.pack_size, Kind.AMOUNT),
            Col(N_("可赋码"), lambda row: row.quota, Kind.COUNT),
            Col(N_("已赋码"), lambda row: row.reserved, Kind.COUNT),
            Col(N_("登记时间"), lambda row: row.declared_at, Kind.MOMENT),
            Col(N_("状态"), word(BATCH_WORDS, lambda row: row.state)),
            Col(N_("谁冻结、召回或撤销"), word(HELD_WORDS, lambda row: row.stopped_by), width=24),
            Col(N_("理由"), lambda row: None if row.state is BatchState.ON_SALE else row.state_reason, width=30),
        ),
    ),
    Export(
        "codes",
        N_("赋码清单"),
        of_batches(CodeRange),
        lambda policy: (
            *batch_heads(policy, lambda row: row.batch),
            Col(N_("编号"), lambda row: row.id, Kind.NUMBER),
            Col(N_("起号"), lambda row: row.first + 1, Kind.NUMBER),
            Col(N_("枚数"), lambda row: row.count, Kind.COUNT),
            Col(N_("密钥号"), lambda row: row.key_number, Kind.NUMBER),
            Col(N_("赋码时间"), lambda row: row.issued_at, Kind.MOMENT),
        ),
    ),
    Export(
        "prints",
        N_("打印清单"),
        of_batches(PrintRun),
        lambda policy: (
            *batch_heads(policy, lambda row: row.batch),
            Col(N_("编号"), lambda row: row.id, Kind.NUMBER),
            Col(N_("起号"), lambda row: row.first + 1, Kind.NUMBER),
            Col(N_("枚数"), lambda row: row.count, Kind.COUNT),
            Col(N_("状态"), word(RUN_WORDS, lambda row: row.state)),
            Col(N_("重印次数"), lambda row: row.reprints, Kind.COUNT),
            Col(N_("安排时间"), lambda row: row.planned_at, Kind.MOMENT),
            Col(N_("上市时间"), lambda row: row.released_at, Kind.MOMENT),
            Col(N_("没有通过的原因"), lambda row: row.failure, width=30),
        ),
    ),
    Export(
        "scans",
        N_("扫码统计"),
        _scans,
        lambda policy: (
            *batch_heads(policy, lambda row: row[0]),
            Col(N_("扫码次数"), lambda row: int(row.scans), Kind.COUNT),
            Col(N_("扫过的件数"), lambda row: row.units, Kind.COUNT),
            Col(N_("首次扫码"), lambda row: row.first_at, Kind.MOMENT),
            Col(N_("最近扫码"), lambda row: row.last_at, Kind.MOMENT),
        ),
    ),
    Export(
        "shipments",
        N_("发货清单"),
        of_batches(Shipment),
        lambda policy: (
            *batch_heads(policy, lambda row: row.batch),
            Col(N_("发货日期"), lambda row: row.shipped_on, Kind.DAY),
            Col(N_("发给谁"), lambda row: row.customer, width=24),
            Col(N_("发到哪里"), lambda row: row.place),
            Col(N_("数量"), lambda row: row.quantity, Kind.AMOUNT),
            Col(N_("单位"), lambda row: Message(row.batch.unit), width=8),
            Col(N_("从第几枚"), lambda row: None if row.first is None else row.first + 1, Kind.NUMBER),
            Col(N_("到第几枚"), lambda row: None if row.first is None else row.first + row.count, Kind.NUMBER),
            Col(N_("收货时间"), lambda row: row.received_at, Kind.MOMENT),
            Col(N_("撤销时间"), lambda row: row.cancelled_at, Kind.MOMENT),
        ),
    ),
    Export(
        "links",
        N_("批次流转清单"),
        _links,
        lambda policy: (
            Col(N_("日期"), lambda row: row.act.day, Kind.DAY),
            Col(N_("流转"), word(EVENT_WORDS, lambda row: f"chain.{row.act.kind}")),
            Col(N_("原料批次"), lambda row: row.source.id_number, width=20),
            Col(N_("原料"), lambda row: row.source.product.name),
            Col(N_("原料的品类"), lambda row: said(row.source.product.commodity)),
            Col(N_("原料的主体"), lambda row: row.source.producer.name, width=28),
            Col(N_("用量"), lambda row: row.taken, Kind.AMOUNT),
            Col(N_("其中损耗"), lambda row: row.loss, Kind.AMOUNT),
            Col(N_("单位"), lambda row: Message(row.source.unit), width=8),
            Col(N_("得率"), lambda row: row.factor, Kind.AMOUNT),
            Col(N_("做成的批次"), lambda row: row.result.id_number, width=20),
            Col(N_("做成的产品"), lambda row: row.result.product.name),
            Col(N_("做成的品类"), lambda row: said(row.result.product.commodity)),
            Col(N_("做成的主体"), lambda row: row.result.producer.name, width=28),
        ),
    ),
)
