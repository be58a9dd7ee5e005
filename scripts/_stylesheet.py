"""Writes the part of Bootstrap's stylesheet that the pages use.

A telephone in the field loads 12 kB instead of 232. A rule stays if every class of one of its selectors stands in a template, a script or
a module of the pages; a property (`--bs-…`) stays if a rule that stays, or a stylesheet of ours, asks for it.
"""

import re
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

WEB = Path(__file__).parents[1] / "trace/web"
CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
ATTRIBUTE = re.compile(r"\[([a-z-]+)")


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """The rules of a stylesheet one after another: what stands before its brace, and what between."""
    start = 0
    while (brace := css.find("{", start)) >= 0:
        depth, end = 1, brace + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[start:brace].strip(), css[brace + 1 : end - 1]
        start = end


def told(folder: Path) -> str:
    """All that may name a class: templates, scripts, modules; but not the scripts of the offline page, which is a public one and uses
    no Bootstrap: those of others among them hold words of any kind."""
    found = sorted(path for ending in ("html", "js", "py") for path in folder.rglob(f"*.{ending}"))
    paths = [path for path in found if folder / "static" / "check" not in path.parents]
    return "\n".join(path.read_text("utf-8") for path in paths)


class Pruner:
    """Leaves out what no page asks for."""

    def __init__(self, pages: str, own: str) -> None:
        self._words = set(re.findall(r"[\w-]+", " ".join(re.findall(r"""["'][^"'\n]*["']|[\w-]+=[^\s>]+""", pages))))
        self._own = own

    def pruned(self, css: str) -> str:
        """The stylesheet without rules and properties that nothing asks for."""
        before, whole = "", "".join(self._rules(css))
        while whole != before:
            before, whole = whole, self._without_idle(whole)
        return re.sub(r"[^{}]+\{\}", "", whole)

    def _without_idle(self, css: str) -> str:
        """Without properties that nothing asks for; another may then be idle too."""
        asked = set(re.findall(r"var\((--bs-[\w-]+)", css + self._own))
        return re.sub(r"(--bs-[\w-]+):[^;}]*;?", lambda found: found[0] if found[1] in asked else "", css)

    def _rules(self, css: str) -> Iterator[str]:
        for head, body in blocks(css):
            if head.startswith(("@media", "@supports")):
                inner = "".join(self._rules(body))
                yield f"{head}{{{inner}}}\n" if inner else ""
            elif head.startswith("@"):
                yield ""  # movements and fonts, of which we use none
            elif kept := [each for each in selectors(head) if self._is_used(each)]:
                yield f"{','.join(kept)}{{{body}}}\n"

    def _is_used(self, selector: str) -> bool:
        named = set(CLASS.findall(selector)) | {
            name for name in ATTRIBUTE.findall(selector) if name.startswith("data-")
        }
        return named <= self._words


def selectors(head: str) -> list[str]:
    """The selectors of a rule; a comma within brackets parts none."""
    return re.split(r",(?![^(]*\))", head)


def stylesheet() -> str:
    """What is to stand in the file."""
    whole = resources.files("flask_bootstrap").joinpath("static/bootstrap5/css/bootstrap.min.css").read_text("utf-8")
    notice = re.match(r'@charset "UTF-8";/\*!.*?\*/', whole, re.S)
    rest = re.sub(r"/\*.*?\*/", "", whole[notice.end() if notice else 0 :], flags=re.S)
    own = "\n".join(
        path.read_text("utf-8") for path in sorted((WEB / "static").rglob("*.css")) if path.name != "bootstrap.css"
    )
    return (notice[0] if notice else "") + "\n" + Pruner(told(WEB), own).pruned(rest)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(stylesheet(), "utf-8")
