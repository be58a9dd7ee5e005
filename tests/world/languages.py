"""What is Chinese in a text, and what of it stays Chinese on an English page."""

import re

CHINESE = re.compile("[\u2e80-\u303f\u31c0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")  # its punctuation too


# What stays Chinese on an English page besides names: official names, with their gloss, and the language switch.
OFFICIAL = (
    "中文",
    "品牌+第二代农产品“身份证”质量保险",
    "株洲市品牌提升工程行动计划（征求意见稿）",
    "农产品“身份证”",
    "两品一标",
    "一品一码",
    "炎陵黄桃",
    "霞阳镇",
)


SEAL = "码"  # drawn as a mark, not read out


def without(text: str, allowed: "tuple[str, ...] | list[str]") -> str:
    for name in sorted(allowed, key=len, reverse=True):
        text = text.replace(name, "")
    return text
