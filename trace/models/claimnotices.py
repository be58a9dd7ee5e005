"""Insurance claim notices (报案) of consumers."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Big, Id, Text
from .accounts import Account
from .batches import Batch
from .cases import CaseColumns
from .events import Audited
from .insurance import InsurancePolicy
from .scope import Scope, in_county, insured_by


class ClaimNotice(CaseColumns, Audited, Base):
    """A consumer's notice of a claim on one pack, or on a batch whose number was typed (`ordinal` None), for the
    insurer of one policy to answer. `verdict` is what the scan said when it was filed."""

    __tablename__ = "claim_notices"
    __table_args__ = (sa.Index("ix_claim_notices_insurer_id_state_due_on", "insurer_id", "state", "due_on"),)

    id: Mapped[Id]
    insurer_id: Mapped[int] = mapped_column(sa.ForeignKey("insurers.id"))
    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("insurance_policies.id"), index=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    ordinal: Mapped[Big | None]
    code: Mapped[str] = mapped_column(sa.String(400))
    verdict: Mapped[str] = mapped_column(sa.String(24))
    happened_on: Mapped[date]
    what: Mapped[Text]

    policy: Mapped[InsurancePolicy] = relationship()
    batch: Mapped[Batch] = relationship()
    handler: Mapped[Account | None] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.batch,), officer=in_county(Batch.county), insurer=insured_by(cls.insurer_id))
