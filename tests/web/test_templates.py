"""Templates can be read: no line is long, and no picture is computed in one."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "trace" / "web" / "templates"
LONGEST = 160  # characters
COMPUTED = re.compile(r"\s(x|y|x1|x2|y1|y2|cx|cy|r|width|height|d|points|viewBox)=\"[^\"]*\{\{[^}]*[*/+][^}]*\}\}")


def test_no_line_of_a_template_is_long() -> None:
    pages = sorted(TEMPLATES.rglob("*.html"))
    assert len(pages) > 100
    long = [
        f"{page.relative_to(TEMPLATES)}:{number} {len(line)} characters"
        for page in pages
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert not long, "\n".join(long)


def test_no_template_computes_a_drawing() -> None:
    """Scales and positions are computed in `web/drawing`, where a test can ask for them."""
    computed = [
        f"{page.relative_to(TEMPLATES)}: {found.group(0).strip()}"
        for page in sorted(TEMPLATES.rglob("*.html"))
        for found in COMPUTED.finditer(page.read_text("utf-8"))
    ]
    assert not computed, "\n".join(computed)
