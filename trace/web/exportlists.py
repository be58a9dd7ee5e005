"""What may be exported: a line a column. No identity number of a person, no contact, no telephone is among them, nor
anything else that a list's page does not show. A new list is an `Export` here and a line in the table of rights."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from .. import (
    audit,
    brands,
    claimnotices,
    commitments,
    complaints,
    farmbook,
    inspections,
    records,
    underwriting,
)
from .. import cases as casefiles
from ..accounts import Actor, visible
from ..card import VERDICT_WORDS
from ..cases import CASE_WORDS, NOTICE_WORDS
from ..certify import SCHEME_WORDS
from ..errors import N_, Message
from ..farmwords import INPUT_WORDS, INSPECTION_WORDS
from ..insure import POLICY_KIND_WORDS
from ..models import (
    Account,
    Batch,
    BatchLink,
    BatchState,
    Brand,
    BrandLicence,
    CaseState,
    Certification,
    Claim,
    CodeRange,
    Complaint,
    Inspection,
    PrintRun,
    Review,
    Shipment,
    UnitScans,
)
from ..policy import Policy
from ..sheets.writer import Kind
from . import bureau
from .exports import Col, Export, Typed, register
from .insurance import SCOPE_WORDS
from .insurance import STATE_WORDS as POLICY_WORDS
from .words import (
    BATCH_WORDS,
    CLAIM_WORDS,
    ENDING_WORDS,
    EVENT_WORDS,
    KIND_WORDS,
    OBJECT_WORDS,
    REVIEW_WORDS,
    ROLE_WORDS,
    RUN_WORDS,
)

Of = Callable[[Any], Any]


def word(words: dict[Any, str], of: Of) -> Of:
    """The word of a state or kind, to be said in the reader's language."""
    return lambda row: Message(words.get(of(row), str(of(row)))) if of(row) is not None else None


def county(policy: Policy, of: Of) -> Of:
    return lambda row: Message(policy.county_name(of(row)))


def _batch_filter(typed: Typed) -> audit.BatchFilter:
    return audit.BatchFilter(typed.get("county", "")[:6], typed.get("product", "")[:40].strip(), typed.get("state", ""))


def _producers(actor: Actor, typed: Typed) -> sa.Select[Any]:
    return records.producers_found(actor, typed.get("state", Review.SUBMITTED))


def _products(actor: Actor, typed: Typed) -> sa.Select[Any]:
    turn = Review.COUNTY_APPROVED if actor.is_city_officer else Review.SUBMITTED
    return records.products_found(actor, typed.get("state", turn))


def _batches(actor: Actor, typed: Typed) -> sa.Select[Any]:
    found = audit.batches_found(actor, _batch_filter(typed))
    return found.options(joinedload(Batch.product), joinedload(Batch.producer), joinedload(Batch.plot))


def _of_batches(kind: type[Any]) -> Callable[[Actor, Typed], sa.Select[Any]]:
    """Rows that belong to the batches which the filter of the batches' page finds."""

    def rows(actor: Actor, typed: Typed) -> sa.Select[Any]:
        wanted = audit.batches_found(actor, _batch_filter(typed)).with_only_columns(Batch.id).order_by(None)
        batch = joinedload(kind.batch)
        return (visible(actor, kind).where(kind.batch_id.in_(wanted)).order_by(kind.id)
                .options(batch.joinedload(Batch.product), batch.joinedload(Batch.producer)))  # fmt: skip

    return rows


def _scans(actor: Actor, typed: Typed) -> sa.Select[Any]:
    """For each batch that was looked at: looks by people, packs looked at, first and last time."""
    seen = UnitScans
    summed = (sa.select(seen.batch_id, sa.func.sum(seen.scans).label("scans"), sa.func.count().label("units"),
                        sa.func.min(seen.first_at).label("first_at"), sa.func.max(seen.last_at).label("last_at"))
              .group_by(seen.batch_id).subquery())  # fmt: skip
    return _batches(actor, typed).join(summed, summed.c.batch_id == Batch.id).add_columns(
        summed.c.scans, summed.c.units, summed.c.first_at, summed.c.last_at)  # fmt: skip


def _links(actor: Actor, typed: Typed) -> sa.Select[Any]:
    """One row for each batch that went into another, where either is among the batches that the filter finds."""
    wanted = audit.batches_found(actor, _batch_filter(typed)).with_only_columns(Batch.id).order_by(None)
    rows = sa.select(BatchLink).where(sa.or_(BatchLink.from_id.in_(wanted), BatchLink.to_id.in_(wanted)))
    ends = [joinedload(end).joinedload(what) for end in (BatchLink.source, BatchLink.result)
            for what in (Batch.product, Batch.producer)]  # fmt: skip
    return rows.order_by(BatchLink.id).options(joinedload(BatchLink.act), *ends)


def _brands(actor: Actor, typed: Typed) -> sa.Select[Any]:
    return visible(actor, Brand).order_by(Brand.id).options(joinedload(Brand.producer))


def _licences(actor: Actor, typed: Typed) -> sa.Select[Any]:
    rows = visible(actor, BrandLicence).order_by(BrandLicence.id)
    return rows.options(joinedload(BrandLicence.brand), joinedload(BrandLicence.producer))


def _certificates(actor: Actor, typed: Typed) -> sa.Select[Any]:
    rows = visible(actor, Certification)
    if typed.get("state") in set(Claim):
        rows = rows.where(Certification.state == Claim(typed["state"]))
    return rows.order_by(Certification.id).options(
        selectinload(Certification.lines), joinedload(Certification.producer)
    )


def _commitments(actor: Actor, typed: Typed) -> sa.Select[Any]:
    return commitments.found(actor, typed.get("state", ""), typed.get("q", "")[:40])


def _complaints(actor: Actor, typed: Typed) -> sa.Select[Any]:
    rows = casefiles.listed(actor, Complaint, typed.get("state") == CaseState.CLOSED)
    return rows.options(joinedload(Complaint.product), joinedload(Complaint.handler))


def _policies(actor: Actor, typed: Typed) -> sa.Select[Any]:
    return underwriting.found(actor, typed.get("state", ""))


def _claims(actor: Actor, typed: Typed) -> sa.Select[Any]:
    return claimnotices.found(actor, typed.get("state") == CaseState.CLOSED)


def _accounts(actor: Actor, typed: Typed) -> sa.Select[Any]:
    return visible(actor, Account).order_by(Account.id)


def _batch_heads(policy: Policy, of: Of) -> tuple[Col, ...]:
    """What says which batch is spoken of."""
    return (
        Col(N_("批次身份证号"), lambda row: of(row).id_number, width=20),
        Col(N_("产品"), lambda row: of(row).product.name),
        Col(N_("主体"), lambda row: of(row).producer.name, width=28),
        Col(N_("县市区"), county(policy, lambda row: of(row).county), width=10),
        Col(N_("采收日期"), lambda row: of(row).harvest_date, Kind.DAY),
    )


_USE_COLUMNS = ((N_("登记证号"), "registration"), (N_("生产企业"), "maker"), (N_("产品批号"), "lot"), (N_("购买处、票据"), "source"),
                (N_("防治对象"), "target"), (N_("用法"), "method"), (N_("用量"), "dose"))  # fmt: skip


def _uses(actor: Actor, typed: Typed) -> sa.Select[Any]:
    return farmbook.uses_found(actor)


def _inspections(actor: Actor, typed: Typed) -> sa.Select[Any]:
    return inspections.found(actor, typed.get("state", ""))


def _items(row: Inspection) -> str:
    return "; ".join(
        " ".join(filter(None, (item.name, item.value, item.limit, "" if item.passed else "✗"))) for item in row.items
    )


EXPORTS: tuple[Export, ...] = (
    Export("producers", N_("生产主体"), _producers, lambda policy: (
        Col(N_("名称"), lambda row: row.name, width=28),
        Col(N_("类型"), word(KIND_WORDS, lambda row: row.kind)),
        Col(N_("统一社会信用代码"), lambda row: row.uscc, width=22),
        Col(N_("县市区"), county(policy, lambda row: row.county), width=10),
        Col(N_("乡镇（街道）"), lambda row: row.township),
        Col(N_("状态"), word(REVIEW_WORDS, lambda row: row.state)),
        Col(N_("退回原因"), lambda row: row.return_reason),
        Col(N_("提交"), lambda row: row.submitted_at, Kind.MOMENT),
        Col(N_("审核通过时间"), lambda row: row.approved_at, Kind.MOMENT),
    )),
    Export("products", N_("产品目录"), _products, lambda policy: (
        Col(N_("产品身份证号"), lambda row: row.id_number, width=20),
        Col(N_("产品"), lambda row: row.name),
        Col(N_("品牌"), lambda row: row.brand.name if row.brand else None),
        Col(N_("主体"), lambda row: row.producer.name, width=28),
        Col(N_("县市区"), county(policy, lambda row: row.producer.county), width=10),
        Col(N_("说明"), lambda row: row.description, width=40),
        Col(N_("状态"), word(REVIEW_WORDS, lambda row: row.state)),
        Col(N_("退回原因"), lambda row: row.return_reason),
        Col(N_("提交"), lambda row: row.submitted_at, Kind.MOMENT),
        Col(N_("审核通过时间"), lambda row: row.approved_at, Kind.MOMENT),
    )),
    Export("batches", N_("批次清单"), _batches, lambda policy: (
        *_batch_heads(policy, lambda row: row),
        Col(N_("地块"), lambda row: row.plot.place),
        Col(N_("数量"), lambda row: row.quantity, Kind.AMOUNT),
        Col(N_("单位"), lambda row: Message(row.unit), width=8),
        Col(N_("每件的量"), lambda row: row.pack_size, Kind.AMOUNT),
        Col(N_("可赋码"), lambda row: row.quota, Kind.COUNT),
        Col(N_("已赋码"), lambda row: row.reserved, Kind.COUNT),
        Col(N_("登记时间"), lambda row: row.declared_at, Kind.MOMENT),
        Col(N_("状态"), word(BATCH_WORDS, lambda row: row.state)),
        Col(N_("理由"), lambda row: None if row.state is BatchState.ON_SALE else row.state_reason, width=30),
    )),
    Export("codes", N_("赋码清单"), _of_batches(CodeRange), lambda policy: (
        *_batch_heads(policy, lambda row: row.batch),
        Col(N_("编号"), lambda row: row.id, Kind.COUNT),
        Col(N_("起号"), lambda row: row.first + 1, Kind.COUNT),
        Col(N_("枚数"), lambda row: row.count, Kind.COUNT),
        Col(N_("密钥号"), lambda row: row.key_number, Kind.COUNT),
        Col(N_("赋码时间"), lambda row: row.issued_at, Kind.MOMENT),
    )),
    Export("prints", N_("打印清单"), _of_batches(PrintRun), lambda policy: (
        *_batch_heads(policy, lambda row: row.batch),
        Col(N_("编号"), lambda row: row.id, Kind.COUNT),
        Col(N_("起号"), lambda row: row.first + 1, Kind.COUNT),
        Col(N_("枚数"), lambda row: row.count, Kind.COUNT),
        Col(N_("状态"), word(RUN_WORDS, lambda row: row.state)),
        Col(N_("重印次数"), lambda row: row.reprints, Kind.COUNT),
        Col(N_("安排时间"), lambda row: row.planned_at, Kind.MOMENT),
        Col(N_("上市时间"), lambda row: row.released_at, Kind.MOMENT),
        Col(N_("没有通过的原因"), lambda row: row.failure, width=30),
    )),
    Export("inspections", N_("检测报告"), _inspections, lambda policy: (
        *_batch_heads(policy, lambda row: row.batch),
        Col(N_("哪一种检测"), word(INSPECTION_WORDS, lambda row: row.kind)),
        Col(N_("检测机构"), lambda row: row.lab, width=24),
        Col(N_("报告编号"), lambda row: row.report_number),
        Col(N_("采样日期"), lambda row: row.sampled_on, Kind.DAY),
        Col(N_("报告日期"), lambda row: row.reported_on, Kind.DAY),
        Col(N_("结论"), lambda row: Message(N_("合格") if row.passed else N_("不合格"))),
        Col(N_("项目和结果"), _items, width=40),
        Col(N_("撤下的理由："), lambda row: row.withdraw_reason, width=24),
    )),
    Export("uses", N_("用药用肥记录"), _uses, lambda policy: (
        Col(N_("主体"), lambda row: row.producer.name, width=28),
        Col(N_("县市区"), county(policy, lambda row: row.producer.county), width=10),
        Col(N_("地块"), lambda row: row.plot.name),
        Col(N_("挂靠农户"), lambda row: row.attached_farmer and row.attached_farmer.name),
        Col(N_("生产季"), lambda row: row.season, Kind.COUNT),
        Col(N_("作物"), lambda row: row.crop),
        Col(N_("使用日期"), lambda row: row.day, Kind.DAY),
        Col(N_("停用日期"), lambda row: row.last_day, Kind.DAY),
        Col(N_("类别"), word(INPUT_WORDS, lambda row: row.input_kind)),
        Col(N_("名称和含量"), lambda row: row.input_name, width=26),
        *(Col(title, attrgetter(name)) for title, name in _USE_COLUMNS),
        Col(N_("安全间隔期（天）"), lambda row: row.interval_days, Kind.COUNT),
        Col(N_("操作人"), lambda row: row.operator),
        Col(N_("记录时间"), lambda row: row.recorded_at, Kind.MOMENT),
    )),
    Export("scans", N_("扫码统计"), _scans, lambda policy: (
        *_batch_heads(policy, lambda row: row[0]),
        Col(N_("扫码次数"), lambda row: int(row.scans), Kind.COUNT),
        Col(N_("扫过的件数"), lambda row: row.units, Kind.COUNT),
        Col(N_("首次扫码"), lambda row: row.first_at, Kind.MOMENT),
        Col(N_("最近扫码"), lambda row: row.last_at, Kind.MOMENT),
    )),
    Export("shipments", N_("发货清单"), _of_batches(Shipment), lambda policy: (
        *_batch_heads(policy, lambda row: row.batch),
        Col(N_("发货日期"), lambda row: row.shipped_on, Kind.DAY),
        Col(N_("发给谁"), lambda row: row.customer, width=24),
        Col(N_("发到哪里"), lambda row: row.place),
        Col(N_("数量"), lambda row: row.quantity, Kind.AMOUNT),
        Col(N_("单位"), lambda row: Message(row.batch.unit), width=8),
        Col(N_("从第几枚"), lambda row: None if row.first is None else row.first + 1, Kind.COUNT),
        Col(N_("到第几枚"), lambda row: None if row.first is None else row.first + row.count, Kind.COUNT),
        Col(N_("收货时间"), lambda row: row.received_at, Kind.MOMENT),
        Col(N_("撤销时间"), lambda row: row.cancelled_at, Kind.MOMENT),
    )),
    Export("links", N_("批次流转清单"), _links, lambda policy: (
        Col(N_("日期"), lambda row: row.act.day, Kind.DAY),
        Col(N_("流转"), word(EVENT_WORDS, lambda row: f"chain.{row.act.kind}")),
        Col(N_("原料批次"), lambda row: row.source.id_number, width=20),
        Col(N_("原料"), lambda row: row.source.product.name),
        Col(N_("原料的主体"), lambda row: row.source.producer.name, width=28),
        Col(N_("用量"), lambda row: row.taken, Kind.AMOUNT),
        Col(N_("其中损耗"), lambda row: row.loss, Kind.AMOUNT),
        Col(N_("单位"), lambda row: Message(row.source.unit), width=8),
        Col(N_("得率"), lambda row: row.factor, Kind.AMOUNT),
        Col(N_("做成的批次"), lambda row: row.result.id_number, width=20),
        Col(N_("做成的产品"), lambda row: row.result.product.name),
        Col(N_("做成的主体"), lambda row: row.result.producer.name, width=28),
    )),
    Export("certificates", N_("证书清单"), _certificates, lambda policy: (
        Col(N_("证书种类"), word(SCHEME_WORDS, lambda row: row.scheme)),
        Col(N_("证书编号"), lambda row: row.number, width=24),
        Col(N_("持证人"), lambda row: row.holder, width=28),
        Col(N_("县市区"), county(policy, lambda row: row.county), width=10),
        Col(N_("证书上的产品"), lambda row: "、".join(line.product_name for line in row.lines), width=30),
        Col(N_("首次颁证日期"), lambda row: row.granted_on, Kind.DAY),
        Col(N_("起始日期"), lambda row: row.valid_from, Kind.DAY),
        Col(N_("截止日期"), lambda row: row.valid_to, Kind.DAY),
        Col(N_("发证机构"), lambda row: row.issuer),
        Col(N_("状态"), word(CLAIM_WORDS, lambda row: row.state)),
        Col(N_("核实时间"), lambda row: row.verified_at, Kind.MOMENT),
        Col(N_("终止"), word(ENDING_WORDS, lambda row: row.ended_how)),
        Col(N_("终止日期"), lambda row: row.ended_on, Kind.DAY),
        Col(N_("理由"), lambda row: row.end_reason or row.return_reason, width=30),
    )),
    Export("brands", N_("品牌目录"), _brands, lambda policy: (
        Col(N_("品牌"), lambda row: row.name, width=20),
        Col(N_("种类"), word(brands.KIND_WORDS, lambda row: row.kind)),
        Col(N_("县市区"), county(policy, lambda row: row.county), width=10),
        Col(N_("一县一特"), lambda row: Message(N_("是")) if row.flagship else None),
        Col(N_("持有人或主体"), lambda row: row.producer.name if row.producer else row.holder, width=28),
        Col(N_("首次认定"), lambda row: row.recognised_on, Kind.DAY),
        Col(N_("状态"), word(REVIEW_WORDS, lambda row: row.state)),
        Col(N_("列入依据"), lambda row: row.clause, width=40),
    )),
    Export("licences", N_("使用许可"), _licences, lambda policy: (
        Col(N_("品牌"), lambda row: row.brand.name, width=20),
        Col(N_("生产主体"), lambda row: row.producer.name, width=28),
        Col(N_("许可编号"), lambda row: row.number),
        Col(N_("起始日期"), lambda row: row.valid_from, Kind.DAY),
        Col(N_("截止日期"), lambda row: row.valid_to, Kind.DAY),
        Col(N_("状态"), word(REVIEW_WORDS, lambda row: row.state)),
        Col(N_("终止日期"), lambda row: row.ended_on, Kind.DAY),
        Col(N_("理由"), lambda row: row.end_reason or row.return_reason, width=30),
    )),
    Export("commitments", N_("承诺达标合格证清单"), _commitments, lambda policy: (
        Col(N_("编号"), lambda row: row.number, width=16),
        Col(N_("开具日期"), lambda row: row.issued_on, Kind.DAY),
        Col(N_("样式"), lambda row: commitments.template_of(row).name, width=28),
        Col(N_("产品"), lambda row: row.product),
        Col(N_("数量"), lambda row: row.quantity, Kind.AMOUNT),
        Col(N_("单位"), lambda row: Message(row.unit), width=8),
        Col(N_("产地"), lambda row: row.place, width=28),
        Col(N_("承诺主体"), lambda row: row.subject, width=28),
        Col(N_("县市区"), county(policy, lambda row: row.batch.county), width=10),
        Col(N_("批次身份证号"), lambda row: row.batch.id_number, width=20),
        Col(N_("承诺依据"), lambda row: "、".join(commitments.template_of(row).basis[each] for each in commitments.bases_of(row)),
            width=30),
        Col(N_("检测报告"), lambda row: row.report, width=24),
        Col(N_("作废时间"), lambda row: row.voided_at, Kind.MOMENT),
        Col(N_("理由"), lambda row: row.void_reason, width=30),
        Col(N_("保存至"), lambda row: row.kept_until, Kind.DAY),
    )),
    Export("complaints", N_("投诉举报"), _complaints, lambda policy: (
        Col(N_("编号"), lambda row: row.number),
        Col(N_("收到时间"), lambda row: row.received_at, Kind.MOMENT),
        Col(N_("期限"), lambda row: row.due_on, Kind.DAY),
        Col(N_("问题"), word(complaints.KIND_WORDS, lambda row: row.kind)),
        Col(N_("产品"), lambda row: row.product.name if row.product else None),
        Col(N_("当时结论"), word(VERDICT_WORDS, lambda row: row.verdict)),
        Col(N_("县市区"), county(policy, lambda row: row.county), width=10),
        Col(N_("渠道"), word(complaints.PLATFORM_WORDS, lambda row: row.platform)),
        Col(N_("店铺"), lambda row: row.shop),
        Col(N_("办理人"), lambda row: row.handler.name if row.handler else None),
        Col(N_("状态"), word(CASE_WORDS, lambda row: row.state)),
        Col(N_("结果"), word(complaints.OUTCOME_WORDS, lambda row: row.outcome)),
        Col(N_("结果说明"), lambda row: row.outcome_reason, width=40),
        Col(N_("办结时间"), lambda row: row.closed_at, Kind.MOMENT),
    )),
    Export("policies", N_("保单"), _policies, lambda policy: (
        Col(N_("保单号"), lambda row: row.number, width=24),
        Col(N_("险种"), word(POLICY_KIND_WORDS, lambda row: row.kind)),
        Col(N_("保险机构"), lambda row: row.insurer.name, width=28),
        Col(N_("主体"), lambda row: row.producer.name, width=28),
        Col(N_("县市区"), county(policy, lambda row: row.producer.county), width=10),
        Col(N_("范围"), word(SCOPE_WORDS, lambda row: row.scope), width=20),
        Col(N_("产品"), lambda row: (row.batch or row).product.name if row.batch or row.product else None),
        Col(N_("批次身份证号"), lambda row: row.batch.id_number if row.batch else None, width=20),
        Col(N_("起始日期"), lambda row: row.valid_from, Kind.DAY),
        Col(N_("截止日期"), lambda row: row.valid_to, Kind.DAY),
        Col(N_("追溯起始日"), lambda row: row.retroactive_from, Kind.DAY),
        Col(N_("累计限额（元）"), lambda row: row.limit_cumulative, Kind.AMOUNT),
        Col(N_("每次事故限额（元）"), lambda row: row.limit_per_incident, Kind.AMOUNT),
        Col(N_("每人限额（元）"), lambda row: row.limit_per_person, Kind.AMOUNT),
        Col(N_("保费（元）"), lambda row: row.premium, Kind.AMOUNT),
        Col(N_("财政补贴百分比"), lambda row: row.subsidy_share, Kind.AMOUNT),
        Col(N_("状态"), word(POLICY_WORDS, lambda row: row.state)),
        Col(N_("登记时间"), lambda row: row.entered_at, Kind.MOMENT),
        Col(N_("核实时间"), lambda row: row.verified_at, Kind.MOMENT),
        Col(N_("终止日期"), lambda row: row.ended_on, Kind.DAY),
        Col(N_("理由"), lambda row: row.end_reason or row.return_reason, width=30),
    )),
    Export("claim_notices", N_("保险报案"), _claims, lambda policy: (
        Col(N_("编号"), lambda row: row.number),
        Col(N_("收到时间"), lambda row: row.received_at, Kind.MOMENT),
        Col(N_("期限"), lambda row: row.due_on, Kind.DAY),
        Col(N_("发现日期"), lambda row: row.happened_on, Kind.DAY),
        *_batch_heads(policy, lambda row: row.batch),
        Col(N_("第几枚"), lambda row: None if row.ordinal is None else row.ordinal + 1, Kind.COUNT),
        Col(N_("当时结论"), word(VERDICT_WORDS, lambda row: row.verdict)),
        Col(N_("保险机构"), lambda row: row.policy.insurer.name, width=28),
        Col(N_("保单号"), lambda row: row.policy.number, width=24),
        Col(N_("办理人"), lambda row: row.handler.name if row.handler else None),
        Col(N_("状态"), word(NOTICE_WORDS, lambda row: row.state)),
        Col(N_("办结时间"), lambda row: row.closed_at, Kind.MOMENT),
    )),
    Export("events", N_("日志"), lambda actor, typed: audit.events_found(actor), lambda policy: (
        Col(N_("编号"), lambda row: row.id, Kind.COUNT),
        Col(N_("时间"), lambda row: row.at, Kind.MOMENT),
        Col(N_("谁"), lambda row: row.actor_name),
        Col(N_("做了什么"), word(EVENT_WORDS, lambda row: row.action)),
        Col(N_("对象"), lambda row: Message(OBJECT_WORDS.get(row.object_kind, "%(n)s"), {"n": row.object_id})),
        Col(N_("理由"), lambda row: row.reason, width=40),
    )),
    Export("accounts", N_("账号"), _accounts, lambda policy: (
        Col(N_("登录名"), lambda row: row.login),
        Col(N_("姓名"), lambda row: row.name),
        Col(N_("角色"), word(ROLE_WORDS, lambda row: row.role)),
        Col(N_("县市区"), county(policy, lambda row: row.county), width=10),
        Col(N_("开通时间"), lambda row: row.created_at, Kind.MOMENT),
        Col(N_("停用时间"), lambda row: row.disabled_at, Kind.MOMENT),
    )),
)  # fmt: skip
_BLUEPRINTS = {"bureau": bureau.bp}
for export in EXPORTS:
    register(export, _BLUEPRINTS[export.blueprint])
