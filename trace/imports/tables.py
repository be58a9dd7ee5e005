"""What can be imported from a table, column by column.

An officer imports producers, certificates and the list of inputs. A producer's own clerk imports products and batches.
"""

from collections.abc import Mapping
from typing import cast

import sqlalchemy as sa

from ..access.actor import own_producer
from ..access.visibility import visible
from ..brands import directory
from ..certification import claims, paper
from ..certification.schemes import SCHEME_WORDS
from ..errors import N_, Invalid, Mistyped, Numbered
from ..farm import farmers, harvests, input_list
from ..farm.words import CROP_WORDS, RULE_WORDS
from ..models import (
    Batch,
    Certification,
    CertificationLine,
    CropKind,
    FarmInput,
    Plot,
    Producer,
    ProducerKind,
    Product,
    Review,
    Unit,
)
from ..policy import commodities
from ..register import batches, hints, lists, producers, product_barcodes, products
from ..register.commodities import ProductGoods
from ..register.product_kinds import REGIME_WORDS, ProductKind
from .engine import Clash, Desk, Field, Import

KIND_WORDS = {
    ProducerKind.COOPERATIVE: N_("农民专业合作社"),
    ProducerKind.COMPANY: N_("企业"),
    ProducerKind.FAMILY_FARM: N_("家庭农场"),
    ProducerKind.INDIVIDUAL: N_("个人（农户）"),
}


def _counties(desk: Desk) -> Mapping[str, str]:
    return {county.name: code for code, county in desk.installation.policy.counties.items()}


def _producer(desk: Desk, row: dict[str, str], number: int) -> Producer:
    if desk.actor.county is not None and row["county"] != desk.actor.county:
        raise Invalid("county", N_("您只能导入本县市区的主体"))
    form = producers.ProducerForm(**row)
    made = producers.submit_producer(
        desk.session, desk.actor, desk.installation.policy, desk.installation.secrets, form
    )
    if desk.approve:
        producers.approve_producer(desk.session, desk.actor, made)
    return made


PRODUCERS = Import(
    "producers",
    N_("导入生产主体"),
    (
        Field("name", N_("名称"), N_("营业执照上的全称；个人填姓名"), "示例：某某黄桃专业合作社"),
        Field(
            "kind",
            N_("类型"),
            N_("从下拉列表里选"),
            "农民专业合作社",
            options=lambda desk: {word: kind.value for kind, word in KIND_WORDS.items()},
        ),
        Field("uscc", N_("统一社会信用代码"), N_("营业执照上的 18 位代码；个人不填"), "（18 位代码）", required=False),
        Field(
            "resident_id", N_("身份证号码（只有个人填）"), N_("加密保存，任何页面都不显示"), required=False, sealed=True
        ),
        Field("county", N_("县市区"), N_("从下拉列表里选"), "炎陵县", options=_counties),
        Field("township", N_("乡镇（街道）"), N_("如 霞阳镇"), "霞阳镇"),
        Field("contact", N_("联系人"), N_("姓名；只有监管人员看得到"), "张某某"),
        Field("phone", N_("电话"), N_("11 位手机号，或带区号的座机号"), "0731-12345678"),
    ),
    _producer,
    Producer,
    (
        Clash(lambda theirs, ours: theirs.uscc == ours.uscc, lambda row: producers.identity_taken("uscc")),
        Clash(
            lambda theirs, ours: theirs.identity_mark == ours.identity_mark,
            lambda row: producers.identity_taken("resident_id"),
        ),
    ),
    can_approve=True,
)


def _brands(desk: Desk) -> Mapping[str, str]:
    producer = own_producer(desk.session, desk.actor)
    return {brand.name: brand.key for brand in directory.brands_for(desk.session, producer.county)}


def _product(desk: Desk, row: dict[str, str], number: int) -> Product:
    kind = ProductKind(row["regime"], row["shelf_life"], row["food_licence"]) if row["regime"] else None
    return products.submit_product(
        desk.session,
        desk.actor,
        name=row["name"],
        brand=row["brand"],
        description=row["description"],
        kind=kind,
        goods=ProductGoods(row["commodity"], row["materials"]),
        barcode=row["barcode"],
    )


PRODUCTS = Import(
    "products",
    N_("导入产品"),
    (
        Field("name", N_("产品"), N_("2 到 30 个字，标签上就这样印"), "示例黄桃"),
        Field("brand", N_("区域公用品牌"), N_("不用区域品牌的留空"), required=False, options=_brands),
        Field(
            "commodity",
            N_("品类"),
            N_("货是什么，从下拉列表里选；用区域品牌的可以不填"),
            "",
            required=False,
            options=lambda desk: {commodity.name: key for key, commodity in commodities.known().items()},
        ),
        Field("materials", N_("原料"), N_("加工的填，几种之间用顿号；不填按品类通常的原料"), "", required=False),
        Field("description", N_("说明"), N_("给消费者看的一两句话，可以不填"), "", required=False),
        Field(
            "regime",
            N_("类别"),
            N_("从下拉列表里选；不填按“其他”"),
            "",
            required=False,
            options=lambda desk: {word: regime.value for regime, word in REGIME_WORDS.items()},
        ),
        Field("shelf_life", N_("保质期（天）"), N_("加工食品必填，别的不填"), "", required=False),
        Field("food_licence", N_("食品生产许可证编号"), N_("加工食品必填：SC 加 14 位数字"), "", required=False),
        Field("barcode", N_("商品条形码"), N_("包装上原有的 13 位条形码，可以不填"), "", required=False),
    ),
    _product,
    Product,
    (
        Clash(
            lambda theirs, ours: sa.and_(
                theirs.producer_id == ours.producer_id, theirs.name_normal == ours.name_normal
            ),
            lambda row: products.name_taken(row.name),
        ),
        Clash(
            lambda theirs, ours: sa.and_(theirs.producer_id == ours.producer_id, theirs.barcode == ours.barcode),
            lambda row: product_barcodes.taken(row.barcode),
        ),
    ),
    watches=("brands",),
)


def _approved(desk: Desk) -> Mapping[str, str]:
    producer = own_producer(desk.session, desk.actor)
    return {
        product.name: str(product.id)
        for product in lists.products_of(desk.session, producer.id)
        if product.state is Review.APPROVED
    }


def _plots(desk: Desk) -> Mapping[str, str]:
    rows = (
        sa.select(Plot).where(Plot.producer_id == desk.actor.producer_id, Plot.archived_at.is_(None)).order_by(Plot.id)
    )
    return {plot.name: str(plot.id) for plot in desk.session.scalars(rows)}


def _farmers(desk: Desk) -> Mapping[str, str]:
    producer = own_producer(desk.session, desk.actor)
    return {farmer.name: str(farmer.id) for farmer in farmers.farmers_of(desk.session, producer)}


def _batch(desk: Desk, row: dict[str, str], number: int) -> Batch:
    """Declare a batch under a key that the same row of the same file would have again."""
    form = batches.BatchForm(**row, key=f"{desk.digest[:48]}-{number}", said=desk.said)
    books = (Batch,) if desk.theirs is None else (Batch, cast(type[Batch], desk.theirs))
    return harvests.declare(desk.session, desk.actor, desk.installation.policy, form, books)


def _imported_before(theirs: type[Batch], ours: type[Batch]) -> sa.ColumnElement[bool]:
    """A row of a file that was imported before is refused, so that no harvest counts twice."""
    return sa.and_(theirs.producer_id == ours.producer_id, theirs.idempotency_key == ours.idempotency_key)


def _declared_alike(theirs: type[Batch], ours: type[Batch]) -> sa.ColumnElement[bool]:
    return sa.and_(theirs.producer_id == ours.producer_id, ours.counts(), batches.says_the_same(theirs, ours))


BATCHES = Import(
    "batches",
    N_("导入批次"),
    (
        Field("product", N_("产品"), N_("已审核通过的产品，从下拉列表里选"), options=_approved),
        Field("plot", N_("地块"), N_("已登记的地块，从下拉列表里选"), options=_plots),
        Field("harvest_date", N_("采收日期"), N_("按 2026-07-18 的样子填"), "2026-07-18"),
        Field("quantity", N_("总量"), N_("这一批一共多少；只填数，或带单位，如 1.5 吨"), "1200"),
        Field(
            "unit",
            N_("单位"),
            N_("从下拉列表里选"),
            "kg",
            options=lambda desk: {unit.value: unit.value for unit in Unit},
        ),
        Field("pack_size", N_("每件的量"), N_("一件装多少，单位相同"), "2.5"),
        Field(
            "farmer",
            N_("挂靠农户"),
            N_("谁种的：已登记的挂靠农户，从下拉列表里选；自己种的留空"),
            required=False,
            options=_farmers,
            unknown=N_("没有叫“%(typed)s”的挂靠农户；请先到“生产记录—挂靠农户”里登记，写错了就改；自己种的留空"),
        ),
    ),
    _batch,
    Batch,
    (
        Clash(
            _imported_before,
            lambda row: Invalid("", N_("这份表格的这一行已经导入过，批次身份证号 %(number)s"), number=row.id_number),
        ),
        Clash(_declared_alike, batches.declared_alike, asks=True),
    ),
    watches=("brands", "brand_licences"),
)


def _certificate(desk: Desk, row: dict[str, str], number: int) -> Certification:
    typed = row.pop("product")
    wanted = "".join(typed.split()).upper()
    product = desk.session.scalar(visible(desk.actor, Product).where(Product.id_number == wanted))
    if product is None:
        wrong = N_("没有这个产品身份证号，或者不在您的县市区；应是 16 位，产品清单里有")
        slip = Mistyped("product", typed, [Numbered.PRODUCT], wrong)
        raise hints.refused(desk.session, slip, hints.Asker(desk.actor))
    declared = paper.DeclaredCertificate(**row, lines=(paper.Line(str(product.id)),))
    return claims.declare(
        desk.session, desk.actor, declared, producer=desk.session.get_one(Producer, product.producer_id)
    )


def _entered_already(theirs: type[Certification], ours: type[Certification]) -> sa.ColumnElement[bool]:
    """Rows are found by their number: a sum has no index, and one producer may have thousands of certificates."""
    return sa.and_(theirs.producer_id + 0 == ours.producer_id, paper.says_the_same(theirs, ours))


CERTIFICATES = Import(
    "certificates",
    N_("导入证书"),
    (
        Field("product", N_("产品身份证号"), N_("16 位，可从导出的产品目录里复制"), "430225AB3D5FG7HQ"),
        Field(
            "scheme",
            N_("证书种类"),
            N_("从下拉列表里选"),
            "绿色食品",
            options=lambda desk: {word: scheme.value for scheme, word in SCHEME_WORDS.items()},
        ),
        Field("number", N_("证书编号"), N_("照证书上的填"), "（证书上的编号）"),
        Field("granted_on", N_("首次颁证日期"), N_("按 2026-07-18 的样子填；不填就是起始日"), "", required=False),
        Field("valid_from", N_("起始日期"), N_("按 2026-07-18 的样子填"), "2026-01-01"),
        Field("valid_to", N_("截止日期"), N_("长期有效的留空"), "2028-12-31", required=False),
        Field("holder", N_("持证人"), N_("不填就是主体的名称"), "", required=False),
        Field("issuer", N_("发证机构"), N_("照证书上的填，可以不填"), "", required=False),
    ),
    _certificate,
    Certification,
    (Clash(_entered_already, lambda row: paper.entered_already()),),
    parts=(CertificationLine,),
)


def _input(desk: Desk, row: dict[str, str], number: int) -> FarmInput:
    banned = row.pop("banned") == "yes"
    return input_list.enter(desk.session, desk.actor, banned=banned, **row)


def _listed_already(theirs: type[FarmInput], ours: type[FarmInput]) -> sa.ColumnElement[bool]:
    names = {name: getattr(ours, column.key) for name, column in input_list.NAMES.items()}
    return input_list.says_the_same(theirs, names | {field: getattr(ours, field) for field in input_list.RULE})


INPUTS = Import(
    "inputs",
    N_("导入投入品清单"),
    (
        Field("name", N_("名称"), N_("限间隔期、次数的照标签写全名和含量；禁止使用的写有效成分"), "示例农药 10% 乳油"),
        Field(
            "banned",
            N_("规定"),
            N_("从下拉列表里选"),
            RULE_WORDS[False],
            options=lambda desk: {RULE_WORDS[True]: "yes", RULE_WORDS[False]: "no"},
        ),
        Field("registration", N_("登记证号"), N_("标签上有的照写，可以不填"), "", required=False),
        Field("crop", N_("作物"), N_("一行一种，照生产记录里的叫法；不填就是整类作物"), "黄桃", required=False),
        Field(
            "crop_kind",
            N_("作物类别"),
            N_("从下拉列表里选；不填就是不分类别"),
            CROP_WORDS[CropKind.FRUIT],
            required=False,
            options=lambda desk: {word: kind.value for kind, word in CROP_WORDS.items()},
        ),
        Field("max_uses", N_("每季最多几次"), N_("只填数；标签上没有、禁止使用的不填"), "2", required=False),
        Field("interval_days", N_("安全间隔期（天）"), N_("只填数；标签上没有、禁止使用的不填"), "14", required=False),
        Field("source", N_("依据"), N_("哪个产品的标签，或公告的名称和文号"), "（标签或公告）"),
    ),
    _input,
    FarmInput,
    (Clash(_listed_already, input_list.listed_already),),
)

KINDS = (PRODUCERS, PRODUCTS, BATCHES, CERTIFICATES, INPUTS)
