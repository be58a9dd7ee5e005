"""The commitment certificates that officers and producers look at."""

from enum import StrEnum

from sqlalchemy.orm import contains_eager, joinedload

from ..access.matching import any_of, numbered, written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import Batch, CollectedCertificate, CommitmentCertificate, Role

_row = CommitmentCertificate


class Standing(StrEnum):
    """Whether a certificate stands."""

    LIVE = "live"
    VOID = "void"


COMMITMENTS = ListOf(
    "commitments",
    lambda actor: visible(actor, _row),
    _row.id,
    (
        Column("number", N_("编号"), (_row.number,)),
        Column("issued", N_("开具日期"), (_row.issued_on,), newest=True),
        Column("product", N_("产品"), (_row.product,)),
        Column("quantity", N_("数量"), is_number=True),
        Column("subject", N_("承诺主体"), (_row.subject,), not_for=(Role.PRODUCER,)),
        Column("county", N_("县市区"), (Batch.county,), not_for=(Role.PRODUCER,)),
        Column("batch", N_("批次"), (Batch.id_number,)),
        Column("state", N_("状态"), (_row.voided_at,)),
    ),
    "-issued",
    any_of(numbered(_row.number, Batch.id_number), written(_row.product, _row.subject)),
    N_("编号、批次、产品、承诺主体"),
    N_("还没有开过合格证。打开一个批次，点“开合格证”。"),
    choices=(
        Choice(
            "state",
            N_("状态"),
            Standing,
            lambda standing, actor: (
                _row.voided_at.is_not(None) if standing is Standing.VOID else _row.voided_at.is_(None)
            ),
        ),
    ),
    county=Batch.county,
    product=written(_row.product),
    days=Days(N_("开具日期"), _row.issued_on),
    options=(contains_eager(_row.batch), joinedload(_row.batch, Batch.producer)),
)
"""The certificates that an officer or a producer may know of, the newest first."""

COLLECTED = ListOf(
    "collected",
    lambda actor: visible(actor, CollectedCertificate).join(CollectedCertificate.certificate),
    CollectedCertificate.id,
    (
        Column("number", N_("编号"), (_row.number,)),
        Column("product", N_("产品"), (_row.product,)),
        Column("quantity", N_("数量"), is_number=True),
        Column("subject", N_("承诺主体"), (_row.subject,)),
        Column("collected", N_("收取时间"), (CollectedCertificate.collected_at,), newest=True),
        Column("kept", N_("保存至"), (CollectedCertificate.kept_until,)),
        Column("state", N_("状态"), (_row.voided_at,)),
    ),
    "-collected",
    any_of(numbered(_row.number), written(_row.product, _row.subject)),
    N_("编号、产品、承诺主体"),
    N_("还没有收过合格证。收购农产品要收取并保存对方的合格证。"),
    choices=COMMITMENTS.choices,
    product=written(_row.product),
    days=Days(N_("收取时间"), CollectedCertificate.collected_at, is_moment=True),
    options=(contains_eager(CollectedCertificate.certificate),),
)
"""What a buyer has collected, the newest first. What was voided since is among them, and says so."""
