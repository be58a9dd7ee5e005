"""Commodities as the pages write and read them: names in the reader's language, keys in the record."""

from collections.abc import Sequence
from itertools import groupby

from flask import Flask, request
from flask_babel import gettext
from wtforms import StringField

from ..models import Product
from ..policy import commodities
from ..policy.commodities import Commodity
from ..register.commodities import COMMAS, ProductGoods, proposed
from .language import say


def init_app(app: Flask) -> None:
    """Give templates the names of commodities and the list to choose from."""
    app.jinja_env.filters.update(commodity=name_of, materials=names_of, proposed=proposed, likely=_likely)
    app.jinja_env.globals.update(commodity_groups=groups, commodity_named=commodities.named)


def name_of(key: str | None) -> str:
    """The name of a record's commodity; of None, that it is to be confirmed. What is no key stays what was typed."""
    return say(commodities.said(key))


def names_of(keys: Sequence[str]) -> str:
    """Several names in one line, with the comma of the language between them."""
    return str(gettext("、")).join(name_of(key) for key in keys)


def groups() -> list[tuple[str, list[Commodity]]]:
    """The list to choose from: the name of each group with its goods."""
    named = commodities.groups()
    found = groupby(commodities.known().values(), key=lambda commodity: commodity.group)
    return [(say(named[group]), list(goods)) for group, goods in found]


def typed_goods(commodity: StringField, materials: StringField) -> ProductGoods:
    """What was typed or chosen, by name in either language or by key."""
    words = COMMAS.split(materials.data or "")
    return ProductGoods(chosen(commodity), ",".join(_key(word) for word in words))


def chosen(commodity: StringField) -> str:
    """The key of what was typed, else of what was chosen in the list that an old browser shows instead of hints; what is no name is
    left as it was typed, for the use-case to refuse."""
    return _key(commodity.data or request.form.get(f"{commodity.name}_list", "")[:80])


def _likely(product: Product) -> Commodity | None:
    return commodities.likely(product.name)


def _key(typed: str) -> str:
    if found := commodities.meant(typed):
        return found.key
    wanted = typed.strip().casefold()
    named = (one.key for one in commodities.known().values() if say(one.name).casefold() == wanted)
    return next(named, typed)
