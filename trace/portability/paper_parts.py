"""The parts of papers: certificates, tests, policies and licences."""

import sqlalchemy as sa

from ..errors import N_
from ..farm.words import INSPECTION_WORDS
from ..models import (
    Batch,
    BrandLicence,
    Certification,
    CollectedCertificate,
    CommitmentCertificate,
    Inspection,
    InspectionItem,
    InsurancePolicy,
)
from .part import YES_NO, Col, Part, col
from .shared import BOUND, JUDGED, NUMBER, THEIR_UNIT, YUAN, A, D, M, N, batch_number, of_batches, own

COMMITMENTS = Part(
    "commitments",
    N_("承诺达标合格证"),
    of_batches(CommitmentCertificate),
    (
        col("number", N_("编号")),
        batch_number(),
        col("product", N_("产品")),
        col("quantity", N_("数量"), A, THEIR_UNIT),
        col("unit", N_("单位")),
        col("place", N_("产地")),
        col("subject", N_("承诺主体")),
        col("contact", N_("联系方式")),
        col("by_control", N_("质量安全控制符合要求"), words=YES_NO),
        col("by_self_test", N_("自行检测合格"), words=YES_NO),
        col("by_commissioned_test", N_("委托检测合格"), words=YES_NO),
        col("report", N_("检测报告")),
        col("issued_at", N_("开具时间"), M),
        col("kept_until", N_("保存到"), D),
        col("voided_at", N_("作废时间"), M),
        col("void_reason", N_("作废的理由")),
    ),
    N_("是原平台上开出的承诺，编号在那里查；新的批次请重新开具"),
)
COLLECTED = Part(
    "collected",
    N_("收取的合格证"),
    own(CollectedCertificate, CollectedCertificate.certificate),
    (
        col("certificate.number", N_("编号")),
        col("certificate.subject", N_("承诺主体")),
        col("certificate.product", N_("产品")),
        col("collected_at", N_("收取时间"), M),
        col("kept_until", N_("保存到"), D),
    ),
    N_("在原平台上查得到；新平台没有那些编号"),
)
INSPECTIONS = Part(
    "inspections",
    N_("检测"),
    of_batches(Inspection),
    (
        NUMBER,
        batch_number(),
        col("kind", N_("种类"), words=INSPECTION_WORDS),
        col("lab", N_("检测机构")),
        col("report_number", N_("报告编号")),
        col("sampled_on", N_("抽样日期"), D),
        col("reported_on", N_("报告日期"), D),
        col("passed", N_("合格"), words=YES_NO),
        col("recorded_at", N_("登记时间"), M),
        col("withdrawn_at", N_("撤回时间"), M),
        col("withdraw_reason", N_("撤回的理由")),
    ),
    BOUND,
)
ITEMS = Part(
    "inspection_items",
    N_("检测项目"),
    lambda producer: (
        sa.select(InspectionItem)
        .join(Inspection, InspectionItem.inspection_id == Inspection.id)
        .join(Inspection.batch)
        .where(Batch.producer_id == producer.id)
        .order_by(InspectionItem.id)
    ),
    (
        col("inspection_id", N_("检测编号"), N),
        col("name", N_("项目")),
        col("value", N_("结果，连同单位")),
        col("limit", N_("限量，连同单位")),
        col("passed", N_("合格"), words=YES_NO),
    ),
    BOUND,
)
CERTIFICATES = Part(
    "certificates",
    N_("证书"),
    own(Certification),
    (
        NUMBER,
        col("scheme", N_("种类")),
        col("number", N_("证书编号")),
        col("mark_code", N_("标志编号")),
        col("holder", N_("持证人")),
        col("issuer", N_("发证机构")),
        col("granted_on", N_("首次获证日期"), D),
        col("valid_from", N_("有效期从"), D),
        col("valid_to", N_("有效期到"), D),
        Col("products", N_("证上的产品"), lambda row: "、".join(line.product_name for line in row.lines)),
        col("state", N_("状态")),
        col("verified_at", N_("核实时间"), M),
        col("ended_on", N_("终止日期"), D),
        col("end_reason", N_("终止的理由")),
    ),
    JUDGED,
)
POLICIES = Part(
    "policies",
    N_("保单"),
    own(InsurancePolicy),
    (
        NUMBER,
        col("insurer.name", N_("保险机构")),
        col("kind", N_("种类")),
        col("number", N_("保单号")),
        col("valid_from", N_("有效期从"), D),
        col("valid_to", N_("有效期到"), D),
        col("limit_cumulative", N_("累计赔偿限额"), A, YUAN),
        col("limit_per_incident", N_("每次赔偿限额"), A, YUAN),
        col("limit_per_person", N_("每人赔偿限额"), A, YUAN),
        col("premium", N_("保费"), A, YUAN),
        col("state", N_("状态")),
    ),
    JUDGED,
)
LICENCES = Part(
    "brand_licences",
    N_("品牌使用许可"),
    own(BrandLicence, BrandLicence.brand),
    (
        NUMBER,
        col("brand.name", N_("品牌")),
        col("number", N_("许可编号")),
        col("valid_from", N_("有效期从"), D),
        col("valid_to", N_("有效期到"), D),
        col("applied_at", N_("申请时间"), M),
        col("granted_at", N_("准许时间"), M),
        col("return_reason", N_("退回原因")),
        col("ended_on", N_("终止日期"), D),
        col("end_reason", N_("终止的理由")),
    ),
    JUDGED,
)
