"""The texts of the configuration files that pages show, for extraction: counties, targets, sources, label stocks,
commodities.

Babel calls `extract` for every TOML file that babel.cfg names. Brand names are names and stay as they are.
"""

import tomllib
from collections.abc import Iterator
from typing import IO, Any


def extract(file: IO[bytes], keywords: Any, comments: Any, options: Any) -> Iterator[tuple[int, None, str, list[str]]]:
    """Each text once, with the line on which it first stands (0: composed of several)."""
    raw = file.read().decode("utf-8")
    lines = raw.splitlines()
    for text in dict.fromkeys(_texts(tomllib.loads(raw))):
        yield next((n for n, line in enumerate(lines, 1) if text in line), 0), None, text, []


def _texts(toml: dict[str, Any]) -> Iterator[str]:
    if "template" in toml:
        return _templates(toml["template"])
    if {
        "input",
        "crop",
        "drawing",
    } & toml.keys():  # names of products, of crops, and words in names, as growers write them
        return iter(())
    if all("goods" in group for group in toml.values()):
        return _commodities(toml)
    return _policy(toml) if "document" in toml else (stock["name"] for stock in toml.values())


def _templates(templates: list[dict[str, Any]]) -> Iterator[str]:
    """Of the commitment certificate's forms: what a page says beside the Chinese text."""
    for form in templates:
        yield from (form["name"], form["title"], *form["promise"], *form["basis"].values(), form["source"])


def _commodities(groups: dict[str, Any]) -> Iterator[str]:
    """The names of groups and of their goods: produce has a word in each language, as a brand has not."""
    for group in groups.values():
        yield group["name"]
        yield from (said if isinstance(said, str) else said["name"] for said in group["goods"].values())


def _policy(policy: dict[str, Any]) -> Iterator[str]:
    province, city, title = policy["province"]["name"], policy["city"]["name"], policy["document"]["title"]
    for place in (city, *(county["name"] for county in policy["county"])):
        yield place
        yield f"{province}{city}" if place == city else f"{province}{city}{place}"
    for target in policy["target"]:
        yield target["name"]
        yield f"{title} {target['clause']}"
    yield from (kind["name"] for kind in policy["credit"]["kind"])
    yield from (sign["reason"] for sign in policy["clone"].get("sign", ()))
    yield title
    for reward in policy["reward"]:
        yield reward["name"]
        yield reward["clause"]
    yield from (target["unit"] for target in policy["target"])
    yield from (brand["clause"] for brand in policy["brand"])
