"""The farm's record (生产记录): field work, inputs, pests, harvest; the list of inputs; what officers decide of a doubt."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Id, Name, Text, normal_of
from .accounts import Account
from .attachments import Attachment
from .batches import Batch, Unit
from .events import Audited
from .producers import AttachedFarmer, Plot, Producer
from .scope import Scope, everything, in_county, own


class EntryKind(StrEnum):
    WORK = "work"  # 农事
    INPUT = "input"  # 投入品
    PEST = "pest"  # 病虫害
    HARVEST = "harvest"  # 采收


class InputKind(StrEnum):
    PESTICIDE = "pesticide"  # 农药
    VETERINARY = "veterinary"  # 兽药
    FERTILISER = "fertiliser"  # 肥料
    OTHER = "other"

    @property
    def has_interval(self) -> bool:
        """Whether a 安全间隔期 or 休药期 belongs to it."""
        return self in (InputKind.PESTICIDE, InputKind.VETERINARY)


class CropKind(StrEnum):
    """Kinds of crop, as lists of banned pesticides part them (农药管理条例第三十四条)."""

    VEGETABLE = "vegetable"  # 蔬菜
    FRUIT = "fruit"  # 瓜果
    TEA = "tea"  # 茶叶
    FUNGUS = "fungus"  # 菌类
    HERB = "herb"  # 中草药材
    GRAIN = "grain"  # 粮油
    OTHER = "other"


class FarmEntry(Audited, Base):
    """A line of the record of one plot. Never changed and never deleted, which the database itself refuses:
    an entry that `corrects` another stands in its place; a `withdrawn` one takes it out.

    `season`, a year, is a label for the record book and decides nothing (`farm.cycle` does). `day` … `last_day` are first
    and last day of a use; `interval_days` what the label says (安全间隔期), None where nobody knows. Names are compared by their
    normal forms.
    """

    __tablename__ = "farm_entries"
    __table_args__ = (
        sa.UniqueConstraint("producer_id", "entry_key", name="uq_farm_entries_producer_id_entry_key"),
        sa.Index("ix_farm_entries_plot_id_season_day", "plot_id", "season", "day"),
        sa.CheckConstraint("last_day >= day", name="days"),
        sa.CheckConstraint("(corrects_id IS NULL) = (reason IS NULL)", name="reason"),
    )

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(sa.ForeignKey("producers.id"))
    plot_id: Mapped[int] = mapped_column(sa.ForeignKey("plots.id"))
    attached_farmer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attached_farmers.id"))
    season: Mapped[int]
    kind: Mapped[EntryKind]
    day: Mapped[date]
    last_day: Mapped[date]
    crop: Mapped[Name]
    crop_kind: Mapped[CropKind]
    what: Mapped[Text]  # the work, the pest and what was done, a remark
    operator: Mapped[Name]  # 操作人
    input_kind: Mapped[InputKind | None]
    input_name: Mapped[Name | None]
    registration: Mapped[Name | None]  # 登记证号
    maker: Mapped[Name | None]
    lot: Mapped[Name | None]  # 产品批号
    source: Mapped[Name | None]  # where it was bought, the receipt
    target: Mapped[Name | None]
    method: Mapped[Name | None]
    dose: Mapped[Name | None]
    area_mu: Mapped[Decimal | None]
    interval_days: Mapped[int | None]
    quantity: Mapped[Decimal | None]  # harvested
    unit: Mapped[Unit | None]
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("farm_entries.id"), unique=True)
    reason: Mapped[Text | None]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    entry_key: Mapped[str] = mapped_column(sa.String(64))  # of the draft it was written as: sent twice, it counts once
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    crop_normal: Mapped[str] = normal_of("crop", needed=True)
    input_name_normal: Mapped[str | None] = normal_of("input_name", index=True)
    registration_normal: Mapped[str | None] = normal_of("registration")
    lot_normal: Mapped[str | None] = normal_of("lot", index=True)

    plot: Mapped[Plot] = relationship()
    producer: Mapped[Producer] = relationship()
    attached_farmer: Mapped[AttachedFarmer | None] = relationship()
    corrects: Mapped["FarmEntry | None"] = relationship(remote_side="FarmEntry.id")
    recorder: Mapped[Account | None] = relationship()
    pictures: Mapped[list[Attachment]] = relationship(
        primaryjoin=lambda: sa.and_(
            sa.orm.foreign(Attachment.object_id) == FarmEntry.id, Attachment.object_kind == FarmEntry.__tablename__
        ),
        order_by=Attachment.id,
        viewonly=True,
    )

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(
            joins=(cls.producer,), producer=own(cls.producer_id), in_the_field=True, officer=in_county(Producer.county)
        )


class FarmInput(Audited, Base):
    """A line of the list of inputs, with its source: how often and how long before harvest an input may be used on a crop,
    or that it may not be used at all. `example` lines are shown and never judge.

    An empty `crop` and no `crop_kind` mean: any. Names are compared by their normal forms.
    """

    __tablename__ = "farm_inputs"
    __table_args__ = (
        sa.CheckConstraint("max_uses > 0", name="uses"),
        sa.CheckConstraint("interval_days >= 0", name="interval"),
    )

    id: Mapped[Id]
    name: Mapped[Name]
    registration: Mapped[Name]
    crop: Mapped[Name]
    crop_kind: Mapped[CropKind | None]
    banned: Mapped[bool]
    max_uses: Mapped[int | None]  # a season
    interval_days: Mapped[int | None]
    source: Mapped[Text]
    example: Mapped[bool] = mapped_column(default=False)
    demonstration: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[Text | None]
    name_normal: Mapped[str] = normal_of("name", index=True, needed=True)
    registration_normal: Mapped[str] = normal_of("registration", needed=True)
    crop_normal: Mapped[str] = normal_of("crop", needed=True)

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(officer=everything)


class FarmCase(Audited, Base):
    """A doubt about a batch that an officer decides: a grower asked (无法判定), or the system held the batch (`held`).

    `last_entry_id` is the last entry of the record that was known; a release covers nothing written later.
    """

    __tablename__ = "farm_cases"
    __table_args__ = (sa.Index("ix_farm_cases_decided_at", "decided_at"),)

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    why: Mapped[Text]
    held: Mapped[bool]
    last_entry_id: Mapped[int] = mapped_column(sa.BigInteger)
    opened_at: Mapped[datetime]
    opened_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    granted: Mapped[bool | None]
    reason: Mapped[Text | None]

    batch: Mapped[Batch] = relationship()

    @classmethod
    def visibility(cls) -> Scope:
        return Scope(joins=(cls.batch,), producer=own(Batch.producer_id), officer=in_county(Batch.county))
