"""The producers of the demonstration, each with its product and its batch."""

from dataclasses import dataclass

from ..codes.checkdigits import gb32100_check
from ..codes.label.job import Output


@dataclass(frozen=True)
class Story:
    """One producer with its product and batch. All names say that they are a demonstration's."""

    county: str
    township: str
    producer: str
    plot: str
    product: str
    brand: str  # its key
    unit: str
    pack_size: str  # in units
    days_ago: int  # when it was harvested
    stock: str  # of the labels
    recalled: bool = False
    output: Output | None = None  # of the labels' file; None: as the stock wants it
    regime: str = "fresh"


STORIES = (
    Story("430225", "演示乡", "炎陵演示黄桃合作社", "演示坡", "炎陵黄桃", "yanling-peach", "kg", "2.5", 3, "a4-24"),
    Story(
        "430203",
        "演示镇",
        "芦淞演示丝瓜合作社",
        "演示园",
        "白关丝瓜",
        "baiguan-loofah",
        "kg",
        "1",
        1,
        "roll-50x30",
        output=Output.TSPL,
    ),
    Story(
        "430223",
        "演示镇",
        "攸县演示大豆合作社",
        "演示垄",
        "攸县大豆",
        "youxian-soybean",
        "kg",
        "5",
        30,
        "a4-21",
        True,
        regime="other",
    ),
)


def made_up_uscc(county: str, number: int) -> str:
    """A well-formed USCC that belongs to nobody: of a cooperative (93), with an organisation code of zeros."""
    body = f"93{county}00000000{number}"
    return body + gb32100_check(body)
