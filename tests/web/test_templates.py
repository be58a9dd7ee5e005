"""Templates can be read: no line is long, no picture is computed in one, and no name hides another."""

import ast
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


def test_no_page_is_given_a_name_that_the_frame_around_it_sets() -> None:
    """What a layout sets in its own text stands before what the view says, and the page would silently show the layout's."""
    layouts = ("office/layout.html", "public/base.html")
    text = "".join((TEMPLATES / name).read_text("utf-8") for name in layouts)
    own = {name for names in re.findall(r"{%-? set ([\w, ]+) =", text) for name in names.split(", ")}
    given = {
        (keyword.arg, path.name)
        for path in (TEMPLATES.parent / "pages").glob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "render_template"
        for keyword in call.keywords
    }
    assert {"me", "first_step"} <= own and len(given) > 100
    assert not {(name, page) for name, page in given if name in own}
