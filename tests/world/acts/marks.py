"""Brands, the licences to use them, and the products that bear them."""

import io
from dataclasses import replace

import sqlalchemy as sa
from PIL import Image

from world.acts.doing import Act, Doing
from yipin.brands import directory, licences
from yipin.models import Batch, Brand, BrandLicence, Producer, Product, ProductPicture
from yipin.provenance import allowance
from yipin.register import commodities, product_kinds, product_pictures, products
from yipin.register.commodities import ProductGoods


def _licence(do: Doing) -> None:
    licences.enter(
        do.session,
        do.chen,
        do.any(Brand, Brand.key == "yanling-peach"),
        producer=do.any(Producer).name,
        valid_from=do.word("2026-01-01", "2026-07-21"),
    )


def _apply(do: Doing) -> None:
    licences.apply(do.session, do.grower, "yanling-peach")


def _grant(do: Doing) -> None:
    licences.grant(do.session, do.chen, do.any(BrandLicence), valid_from="2026-02-01")


def _return_licence(do: Doing) -> None:
    licences.return_(do.session, do.chen, do.any(BrandLicence), "材料不全")


def _end_licence(do: Doing) -> None:
    licences.end(do.session, do.chen, do.any(BrandLicence), "协会收回")


def _allow(do: Doing) -> None:
    allowance.allow(do.session, do.chen, do.any(Batch), "协会补了许可")


def _declare_brand(do: Doing) -> None:
    directory.declare(
        do.session,
        do.grower,
        name=f"山垄{do.number()}",
        kind="enterprise",
        recognised_on="2025-01-01",
        clause="商标注册证",
    )


def _mend_brand(do: Doing) -> None:
    row = do.any(Brand, Brand.producer_id.is_not(None))
    directory.declare(
        do.session,
        do.owner(row.producer_id),
        name=f"山岭{do.number()}",
        kind="enterprise",
        recognised_on="2025-01-01",
        clause="商标注册证",
        brand=row,
    )


def _verify_brand(do: Doing) -> None:
    directory.verify(do.session, do.chen, do.any(Brand, Brand.producer_id.is_not(None)))


def _return_brand(do: Doing) -> None:
    directory.return_(do.session, do.chen, do.any(Brand, Brand.producer_id.is_not(None)), "看不清")


def _edit_brand(do: Doing) -> None:
    brand = do.any(Brand, Brand.key == "yanling-peach")
    form = {name: str(getattr(brand, name) or "") for name in ("name", "county", "clause", "commodity", "holder")}
    form |= {name: str(getattr(brand, name) or "") for name in ("holder_source", "season_source", "key", "kind")}
    form |= {"season_from": "07-01", "season_to": do.word("08-20", "09-10"), "plain_name": do.word("黄桃", "桃子")}
    directory.edit(do.session, do.chen, brand, form | {"flagship": "1"})


def _brand_level(do: Doing) -> None:
    directory.add_level(do.session, do.chen, do.any(Brand), level="city", since="2024-01-01", source="名录")


def _submit_product(do: Doing) -> None:
    brand = do.word(
        "", "yanling-peach", *do.session.scalars(sa.select(Brand.key).where(Brand.producer_id.is_not(None)))
    )
    goods = ProductGoods("yellow-peach")
    products.submit_product(do.session, do.grower, name=f"炎陵黄桃{do.number() % 100}号", brand=brand, goods=goods)


def _resubmit_product(do: Doing) -> None:
    row = do.any(Product)
    products.submit_product(
        do.session,
        do.owner(row.producer_id),
        name=f"炎陵黄桃{do.number() % 100}号",
        brand=do.word("", "yanling-peach"),
        product=row,
        goods=ProductGoods("yellow-peach"),
    )


def _approve_product(do: Doing) -> None:
    officer = do.random.choice([do.chen, do.typist])  # the county's hand has no account
    products.approve_product(do.session, replace(do.chen, account_id=officer.account_id), do.any(Product))


def _return_product(do: Doing) -> None:
    products.return_product(do.session, do.chen, do.any(Product), "名称不对")


def _product_kind(do: Doing) -> None:
    kind = do.random.choice(
        [
            product_kinds.ProductKind("fresh"),
            product_kinds.ProductKind("other"),
            product_kinds.ProductKind("processed", str(do.random.randint(30, 90)), "SC10343022500012"),
        ]
    )
    product_kinds.set_kind(do.session, do.chen, do.any(Product), kind)


def _product_goods(do: Doing) -> None:
    goods = ProductGoods("yellow-peach", do.word("yellow-peach", "peach", "yellow-peach peach"))
    commodities.set_goods(do.session, do.chen, do.any(Product), goods)


def _picture(do: Doing) -> None:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (do.number() % 256, 99, 9)).save(file, "JPEG")
    row = do.any(Product)
    product_pictures.submit(do.session, do.owner(row.producer_id), row, file.getvalue())


def _approve_picture(do: Doing) -> None:
    officer, row = do.random.choice([do.chen, do.typist]), do.any(ProductPicture)
    product_pictures.approve(do.session, replace(do.chen, account_id=officer.account_id), row.product, row.mark)


def _return_picture(do: Doing) -> None:
    row = do.any(ProductPicture)
    product_pictures.return_(do.session, do.chen, row.product, row.mark, "看不清")


ACTS: tuple[Act, ...] = (
    *(_licence, _apply, _grant, _return_licence, _end_licence, _allow),
    *(_declare_brand, _mend_brand, _verify_brand, _return_brand, _edit_brand, _brand_level),
    *(
        _submit_product,
        _resubmit_product,
        _approve_product,
        _approve_product,
        _return_product,
        _product_kind,
        _product_goods,
    ),
    _picture,
    *(_approve_picture, _approve_picture, _return_picture),
)
