"""The evidence for a reward in one file: the paper that says why, the certificate's own files, the data."""

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..clock import day_of, written
from ..codes.paper.document import Column, Document, write_document
from ..codes.paper.glyphs import FontFile
from ..codes.paper.pdf import in_memory
from ..models import Action, Certification, Event, RewardDecision, RewardOutcome
from ..policy.policy import Policy
from ..uploads import attachments
from .measures import RULE_VERSION, STATE_WORDS
from .report_files import chinese_moment, scheme_word
from .rewards import Candidate

RULE = "首次：该持有人在本条款所列认证种类里的第一张证书，颁发日在期内，已经核实；续证不是首次"
ACTION_WORDS: dict[str, str] = {
    Action.CERTIFICATION_DECLARE: "申报证书",
    Action.CERTIFICATION_ENTER: "登记证书",
    Action.CERTIFICATION_MEND: "更正证书",
    Action.CERTIFICATION_CHECK: "县级核对",
    Action.CERTIFICATION_VERIFY: "核实证书",
    Action.CERTIFICATION_RETURN: "退回证书",
    Action.CERTIFICATION_END: "证书终止",
    Action.CERTIFICATION_WITHDRAW: "撤下证书",
    Action.REWARD_GRANTED: "同意奖励",
    Action.REWARD_REFUSED: "不予奖励",
}


def events(session: Session, certificate: Certification, decisions: Sequence[RewardDecision]) -> Sequence[Event]:
    """What happened to the certificate and what was decided on it, oldest first."""
    return log.events_of(session, certificate, *decisions)


def facts(one: Candidate, certificate: Certification, policy: Policy) -> list[tuple[str, str]]:
    """The certificate as it stands in the record, as pairs of word and value."""
    lines = "、".join(line.product_name for line in certificate.lines)
    verified = certificate.verified_at
    return [
        ("持有人", certificate.holder),
        ("统一社会信用代码", (one.producer and one.producer.uscc) or "—"),
        ("认证", scheme_word(certificate.scheme)),
        ("证书编号", certificate.number),
        ("产品", lines),
        ("县市区", policy.county_name(certificate.county)),
        ("颁发日期", written(certificate.granted_on)),
        ("有效期", _term(certificate)),
        ("发证机构", certificate.issuer or "—"),
        ("核实日期", written(day_of(verified)) if verified else "—"),
    ]


def _term(certificate: Certification) -> str:
    last = certificate.valid_to
    return f"{written(certificate.valid_from)}至{written(last) if last else '长期'}"


def pack(
    session: Session, actor: Actor, policy: Policy, one: Candidate, certificate: Certification, font: FontFile
) -> io.BytesIO:
    """Everything in one zip; the paper names the SHA-256 of each attached file."""
    files, told = attachments.of(session, certificate), events(session, certificate, one.decisions)
    names = [(f"附件/{number:02d}-{file.name}", file) for number, file in enumerate(files, 1)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        listed = [(name, file.sha256) for name, file in names]
        paper = in_memory(lambda path: _paper(path, actor, policy, one, certificate, told, listed, font))
        packed.writestr("奖励证据.pdf", paper)
        for name, file in names:
            packed.writestr(name, file.file.content)
        packed.writestr(
            "数据.json", json.dumps(_data(policy, one, certificate, told, listed), ensure_ascii=False, indent=1)
        )
    out.seek(0)
    return out


def _paper(
    path: Path,
    actor: Actor,
    policy: Policy,
    one: Candidate,
    certificate: Certification,
    told: Sequence[Event],
    files: Sequence[tuple[str, str]],
    font: FontFile,
) -> None:
    made = chinese_moment(actor.at)

    def draw(document: Document) -> None:
        document.title("奖励证据", f"{one.reward.name} · {policy.title} {one.reward.clause}")
        if policy.draft:
            document.text("该文件为征求意见稿，条款以正式文件为准。", soft=True)
        if one.first.demonstration:
            document.text("演示数据，不是真实的证书和决定。")
        document.text(f"奖励上限：每家 {one.reward.ceiling:,} 元。{RULE}。计数规则第 {RULE_VERSION} 版。")
        state = STATE_WORDS[one.first.state(day_of(actor.at))]
        document.text(f"制作：{actor.name}，{made}（北京时间）。当天证书状态：{state}。", soft=True)
        document.heading("证书")
        document.table([Column("项目", 45), Column("内容", 125)], facts(one, certificate, policy))
        document.heading("经过")
        document.table(
            [Column("时间", 43), Column("事项", 27), Column("经办", 38), Column("理由", 62)],
            [_told(event) for event in told],
        )
        document.heading("附件")
        if files:
            document.table([Column("文件", 56), Column("SHA-256", 114)], files, 8.5)
        else:
            document.text("证书没有附件；请先补上证书的扫描件再作决定。")
        _decisions(document, one.decisions)
        document.signatures(["经办：", "审核：", "日期："])

    write_document(path, f"奖励证据 {certificate.holder}", f"{certificate.number} · {made}", draw, font)


def _decisions(document: Document, decisions: Sequence[RewardDecision]) -> None:
    document.heading("决定")
    if not decisions:
        document.text("还没有决定。")
    for row in decisions:
        amount = f"{row.amount:,.2f} 元" if row.outcome is RewardOutcome.GRANTED else ""
        when = chinese_moment(row.decided_at)
        document.text(
            f"{when}　{ACTION_WORDS[f'reward.{row.outcome}']}　{amount}　{row.decided_by_name}　理由：{row.reason}"
        )


def _told(event: Event) -> tuple[str, str, str, str]:
    return (
        chinese_moment(event.at),
        ACTION_WORDS.get(event.action, event.action),
        event.actor_name,
        event.reason or "",
    )


def _data(
    policy: Policy, one: Candidate, certificate: Certification, told: Sequence[Event], files: Sequence[tuple[str, str]]
) -> dict[str, object]:
    return {
        "reward": {
            "key": one.reward.key,
            "name": one.reward.name,
            "ceiling": one.reward.ceiling,
            "clause": one.reward.clause,
            "source": policy.title,
            "draft": policy.draft,
            "rule": RULE,
            "rule_version": RULE_VERSION,
        },
        "certificate": dict(facts(one, certificate, policy)) | {"id": certificate.id},
        "events": [
            {
                "at": event.at.isoformat(),
                "action": event.action,
                "by": event.actor_name,
                "reason": event.reason,
                "data": event.data,
            }
            for event in told
        ],
        "files": [{"name": name, "sha256": mark} for name, mark in files],
        "decisions": [
            {
                "outcome": row.outcome,
                "amount": str(row.amount) if row.amount else None,
                "reason": row.reason,
                "by": row.decided_by_name,
                "at": row.decided_at.isoformat(),
            }
            for row in one.decisions
        ],
    }
