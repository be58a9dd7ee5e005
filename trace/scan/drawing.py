"""What is drawn on a card without a photograph: the class of the goods as far as it is known, and never other goods."""

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files

from ..models import Product, Regime
from ..policy import commodities

_TAIL = re.compile("(?:礼盒|礼品|盒装|袋装|散装|特级|一级|二级|大果|中果|小果)+$")


class Drawing(StrEnum):
    """The drawings that there are; PLAIN where the class is not known."""

    FRUIT = "fruit"
    VEGETABLE = "vegetable"
    TEA = "tea"
    GRAIN = "grain"  # and beans
    MEAT = "meat"
    PROCESSED = "processed"
    PLAIN = "plain"


def drawing_of(product: Product) -> Drawing:
    """The drawing for a product: its commodity's. Where that is not known, its name and its brand's plain name must not say
    different things."""
    if product.regime is Regime.PROCESSED:
        return Drawing.PROCESSED
    brand = product.brand and (product.brand.plain_name or product.brand.name)
    if commodity := commodities.named(product.commodity):
        return Drawing(commodity.drawing)
    said = said_by(product.name) | (said_by(brand) if brand else set())
    return said.pop() if len(said) == 1 else Drawing.PLAIN


def said_by(name: str) -> set[Drawing]:
    """What a name says: of each of its parts (黄桃, 礼盒) the longest word that the part ends in.

    A word in the middle says nothing: 茶陵白芷 is no 茶.
    """
    parts = (_TAIL.sub("", part) for part in re.split(r"[\W\d_]+", name))
    found = (max((word for word in _words() if part.endswith(word)), key=len, default="") for part in parts)
    return {_words()[word] for word in found if word}


@cache
def _words() -> dict[str, Drawing]:
    lists = tomllib.loads((files("yipin.data") / "drawings.toml").read_text("utf-8"))["drawing"]
    return {word: Drawing(drawing) for drawing, words in lists.items() for word in words}
