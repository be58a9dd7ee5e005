"""The parts of a farm: the producer, its land, its farmers, its record, and whom it deals with."""

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from ..errors import N_
from ..farm.words import CROP_WORDS, ENTRY_WORDS, INPUT_WORDS
from ..models import AttachedFarmer, FarmEntry, Partner, Plot, Producer
from ..register import plot_positions
from .part import YES_NO, Col, Part, Query, col
from .shared import DAYS, MU, NUMBER, THEIR_UNIT, A, C, D, M, N, file_of, own


def _entries(producer: Producer) -> Query:
    rows = own(FarmEntry, FarmEntry.plot, FarmEntry.attached_farmer, FarmEntry.recorder)(producer)
    return rows.options(selectinload(FarmEntry.pictures))


PRODUCER = Part(
    "producer",
    N_("主体"),
    lambda producer: sa.select(Producer).where(Producer.id == producer.id),
    (
        col("name", N_("名称")),
        col("kind", N_("类型")),
        col("uscc", N_("统一社会信用代码")),
        col("county", N_("县市区代码")),
        col("township", N_("乡镇（街道）")),
        col("contact", N_("联系人")),
        col("phone", N_("电话")),
        col("state", N_("状态")),
        col("submitted_at", N_("提交"), M),
        col("approved_at", N_("审核通过时间"), M),
    ),
    N_("主体在新平台先登记、由当地审核；这里只用来核对"),
)
PLOTS = Part(
    "plots",
    N_("地块"),
    own(Plot),
    (
        NUMBER,
        col("name", N_("名称")),
        col("kind", N_("类型")),
        col("county", N_("县市区代码")),
        col("place", N_("乡镇、村")),
        col("area_mu", N_("面积"), A, MU),
        Col("position", N_("位置（纬度, 经度，WGS-84）"), lambda plot: str(plot_positions.of(plot) or "") or None),
        col("position_from", N_("位置从哪里来"), words=plot_positions.SOURCE_WORDS),
        col("archived_at", N_("归档时间"), M),
    ),
)
FARMERS = Part(
    "farmers",
    N_("挂靠农户"),
    own(AttachedFarmer),
    (
        NUMBER,
        col("name", N_("姓名")),
        col("place", N_("乡镇、村")),
        col("added_at", N_("登记时间"), M),
        col("archived_at", N_("归档时间"), M),
    ),
)
PARTNERS = Part(
    "partners",
    N_("客户和供货人"),
    own(Partner),
    (
        NUMBER,
        col("name", N_("名称")),
        col("uscc", N_("统一社会信用代码")),
        col("phone", N_("电话")),
        col("note", N_("备注")),
        col("added_at", N_("登记时间"), M),
        col("archived_at", N_("归档时间"), M),
    ),
)
ENTRIES = Part(
    "farm_entries",
    N_("生产记录"),
    _entries,
    (
        NUMBER,
        col("plot_id", N_("地块编号"), N),
        col("plot.name", N_("地块")),
        col("attached_farmer_id", N_("挂靠农户编号"), N),
        col("attached_farmer.name", N_("挂靠农户")),
        col("season", N_("生产季（采收的年份）"), N),
        col("kind", N_("作业"), words=ENTRY_WORDS),
        col("day", N_("日期"), D),
        col("last_day", N_("停用日期"), D),
        col("crop", N_("作物")),
        col("crop_kind", N_("作物类别"), words=CROP_WORDS),
        col("what", N_("内容、备注")),
        col("operator", N_("操作人")),
        col("input_kind", N_("投入品类别"), words=INPUT_WORDS),
        col("input_name", N_("投入品名称")),
        col("registration", N_("登记证号")),
        col("maker", N_("生产企业")),
        col("lot", N_("产品批号")),
        col("source", N_("购买处、票据")),
        col("target", N_("防治对象")),
        col("method", N_("用法")),
        col("dose", N_("用量")),
        col("area_mu", N_("面积"), A, MU),
        col("interval_days", N_("安全间隔期"), C, DAYS),
        col("quantity", N_("采收多少"), A, THEIR_UNIT),
        col("unit", N_("单位")),
        col("corrects_id", N_("更正的是哪一条（编号）"), N),
        col("reason", N_("更正的理由")),
        col("withdrawn", N_("是划去"), words=YES_NO),
        col("recorded_at", N_("记录时间"), M),
        col("recorder.name", N_("谁记的"), key="by"),
        Col("pictures", N_("照片（files 里的文件）"), lambda row: "、".join(map(file_of, row.pictures)) or None),
    ),
)
