"""Complaints, insurance policies and the claims on them."""

from ...cases import complaints
from ...cases.case import CASE_WORDS, NOTICE_WORDS
from ...cases.lists import CLAIM_NOTICES, COMPLAINTS
from ...errors import N_
from ...insurance.coverage import POLICY_KIND_WORDS, POLICY_STATE_WORDS, SCOPE_WORDS
from ...insurance.lists import POLICIES
from ...scan.verdicts import VERDICT_WORDS
from ...sheets.writer import Kind
from ..export_file import Col, Export
from .parts import batch_heads, county, of_list, word

EXPORTS: tuple[Export, ...] = (
    Export(
        "complaints",
        N_("投诉举报"),
        of_list(COMPLAINTS),
        lambda policy: (
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
        ),
    ),
    Export(
        "policies",
        N_("保单"),
        of_list(POLICIES),
        lambda policy: (
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
            Col(N_("状态"), word(POLICY_STATE_WORDS, lambda row: row.state)),
            Col(N_("登记时间"), lambda row: row.entered_at, Kind.MOMENT),
            Col(N_("核实时间"), lambda row: row.verified_at, Kind.MOMENT),
            Col(N_("终止日期"), lambda row: row.ended_on, Kind.DAY),
            Col(N_("理由"), lambda row: row.end_reason or row.return_reason, width=30),
        ),
    ),
    Export(
        "claim_notices",
        N_("保险报案"),
        of_list(CLAIM_NOTICES),
        lambda policy: (
            Col(N_("编号"), lambda row: row.number),
            Col(N_("收到时间"), lambda row: row.received_at, Kind.MOMENT),
            Col(N_("期限"), lambda row: row.due_on, Kind.DAY),
            Col(N_("发现日期"), lambda row: row.happened_on, Kind.DAY),
            *batch_heads(policy, lambda row: row.batch),
            Col(N_("第几枚"), lambda row: None if row.ordinal is None else row.ordinal + 1, Kind.NUMBER),
            Col(N_("当时结论"), word(VERDICT_WORDS, lambda row: row.verdict)),
            Col(N_("保险机构"), lambda row: row.policy.insurer.name, width=28),
            Col(N_("保单号"), lambda row: row.policy.number, width=24),
            Col(N_("办理人"), lambda row: row.handler.name if row.handler else None),
            Col(N_("状态"), word(NOTICE_WORDS, lambda row: row.state)),
            Col(N_("办结时间"), lambda row: row.closed_at, Kind.MOMENT),
        ),
    ),
)
