"""What the parts share: rows of a producer, units, and why something stays where it is."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..errors import N_
from ..models import Attachment, Batch, Producer
from ..sheets.writer import Kind
from .part import Col, Query, Row, Rows, col

C, N, A, D, M = Kind.COUNT, Kind.NUMBER, Kind.AMOUNT, Kind.DAY, Kind.MOMENT
MU, DAYS, PACKS, YUAN = N_("亩"), N_("天"), N_("枚"), N_("元")
THEIR_UNIT = N_("写在“单位”一列")
NUMBER = col("id", N_("编号"), N)

OTHER_KEYS = N_("身份证号和身份码由签发的平台用它的密钥担保，换一个平台不能再签同样的")
JUDGED = N_("是监管人员或别的机构的结论，只在作出的平台有效；请向新平台的主管部门重新申报")
BOUND = N_("写的是原平台上的批次；批次在新平台重新登记")
THEIRS = N_("账号和做过的事属于原平台；请在新平台重新邀请人员")


def own(kind: Row, *with_it: Row) -> Rows:
    """The rows of a table that names its producer, with what else is read of each."""

    def rows(producer: Producer) -> Query:
        found = sa.select(kind).where(kind.producer_id == producer.id).order_by(kind.id)
        return found.options(*(joinedload(each) for each in with_it))

    return rows


def file_of(row: Attachment) -> str:
    """Where an attached file lies in the zip."""
    return f"files/{row.object_kind}-{row.object_id}-{row.id}-{row.name}"


def of_batches(kind: Row) -> Rows:
    """The rows of a table that names a batch of the producer."""

    def rows(producer: Producer) -> Query:
        found = sa.select(kind).join(kind.batch).where(Batch.producer_id == producer.id).order_by(kind.id)
        return found.options(joinedload(kind.batch))

    return rows


def batch_number() -> Col:
    """The ID number of the batch that a row names."""
    return col("batch.id_number", N_("批次身份证号"))
