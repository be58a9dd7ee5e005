"""The commitment certificates that officers and producers look at."""

from enum import StrEnum

from sqlalchemy.orm import contains_eager, joinedload

from ..access.matching import any_of, numbered, written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import Batch, CommitmentCertificate, Role

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
