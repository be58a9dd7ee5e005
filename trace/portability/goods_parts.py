"""The parts of goods: products and batches, their codes and labels, and where they went."""

import sqlalchemy as sa

from ..errors import N_
from ..models import Batch, BatchLink, ChainAct, CodeRange, PrintRun, Product, Shipment, VoidUnit
from .part import Col, Part, by, col
from .shared import BOUND, DAYS, NUMBER, OTHER_KEYS, PACKS, THEIR_UNIT, A, C, D, M, N, batch_number, of_batches, own

PRODUCTS = Part(
    "products",
    N_("产品"),
    own(Product, Product.brand),
    (
        NUMBER,
        col("id_number", N_("产品身份证号")),
        col("name", N_("名称")),
        col("brand.key", N_("品牌的代号")),
        col("brand.name", N_("品牌")),
        col("description", N_("说明")),
        col("commodity", N_("品类的代号")),
        col("materials", N_("原料的代号")),
        col("regime", N_("类别")),
        col("shelf_life_days", N_("保质期"), C, DAYS),
        col("food_licence", N_("食品生产许可证号")),
        col("barcode", N_("商品条形码")),
        col("state", N_("状态")),
        col("submitted_at", N_("提交"), M),
        col("approved_at", N_("审核通过时间"), M),
    ),
)
BATCHES = Part(
    "batches",
    N_("批次"),
    own(Batch, Batch.product, Batch.plot, Batch.brand),
    (
        col("id_number", N_("批次身份证号")),
        col("product_id", N_("产品编号"), N),
        col("product.name", N_("产品")),
        col("plot_id", N_("地块编号"), N),
        col("place", N_("产地")),
        col("county", N_("县市区代码")),
        col("origin", N_("怎么来的")),
        col("supplier", N_("供货方")),
        col("supplier_lot", N_("供货方的批号")),
        col("partner_id", N_("客户和供货人的编号"), N),
        col("farmer_name", N_("挂靠农户")),
        col("brand.name", N_("品牌")),
        col("harvest_date", N_("采收日期"), D),
        col("quantity", N_("总量"), A, THEIR_UNIT),
        col("unit", N_("单位")),
        col("pack_size", N_("每件的量"), A, THEIR_UNIT),
        col("reserved", N_("已赋码"), C, PACKS),
        col("declared_at", N_("登记时间"), M),
        col("state", N_("状态")),
        col("state_since", N_("状态从何时起"), M),
        col("state_reason", N_("状态的理由")),
    ),
    OTHER_KEYS,
)
CODES = Part(
    "codes",
    N_("身份码（一段一行）"),
    of_batches(CodeRange),
    (
        NUMBER,
        batch_number(),
        col("first", N_("前面已有"), C, PACKS),
        col("count", N_("这一段"), C, PACKS),
        col("kind", N_("码的种类")),
        col("key_number", N_("公钥编号"), N),
        col("issued_at", N_("签发时间"), M),
        by("issued_by"),
    ),
    OTHER_KEYS,
)
PRINTS = Part(
    "prints",
    N_("打印"),
    of_batches(PrintRun),
    (
        NUMBER,
        batch_number(),
        col("range_id", N_("身份码的段号"), N),
        col("first", N_("从第几枚起"), C, PACKS),
        col("count", N_("打印"), C, PACKS),
        col("state", N_("状态")),
        col("planned_at", N_("下单时间"), M),
        by("planned_by"),
        col("released_at", N_("上市时间"), M),
        col("sha256", N_("标签文件的 SHA-256")),
        col("void_reason", N_("作废的理由")),
    ),
    OTHER_KEYS,
)
VOIDS = Part(
    "void_units",
    N_("作废的标签"),
    of_batches(VoidUnit),
    (
        batch_number(),
        Col("number", N_("第几枚"), lambda row: row.ordinal + 1, C),
        col("at", N_("时间"), M),
        col("reason", N_("理由")),
    ),
    OTHER_KEYS,
)
LINKS = Part(
    "batch_links",
    N_("分、合、加工：哪一批成了哪一批"),
    lambda producer: (
        sa.select(BatchLink).join(BatchLink.act).where(ChainAct.producer_id == producer.id).order_by(BatchLink.id)
    ),
    (
        NUMBER,
        col("act.kind", N_("做了什么")),
        col("act.day", N_("日期"), D),
        col("source.id_number", N_("来源批次")),
        col("result.id_number", N_("成为批次")),
        col("taken", N_("取用"), A, N_("来源批次的单位")),
        col("loss", N_("损耗"), A, N_("来源批次的单位")),
        col("factor", N_("换算"), A, N_("每一来源单位得多少")),
    ),
    OTHER_KEYS,
)
SHIPMENTS = Part(
    "shipments",
    N_("发货"),
    of_batches(Shipment),
    (
        NUMBER,
        batch_number(),
        col("customer", N_("发给谁")),
        col("phone", N_("电话")),
        col("partner_id", N_("客户和供货人的编号"), N),
        col("place", N_("到哪里")),
        col("shipped_on", N_("发货日期"), D),
        col("quantity", N_("数量"), A, N_("批次的单位")),
        col("batch.unit", N_("单位")),
        col("recorded_at", N_("登记时间"), M),
        col("cancelled_at", N_("撤销时间"), M),
        col("received_at", N_("收货时间"), M),
    ),
    BOUND,
)
