"""The certificate on paper: nothing but the words of its form, and a symbol that reads, on every size and form."""

from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp

from yipin.codes.paper.commitment import SIZES, Certificate, write_commitment
from yipin.codes.paper.glyphs import find_font
from yipin.commitment.forms import Basis, Template, templates
from yipin.errors import Invalid

ADDRESS = "https://t.zhuzhou.gov.cn/c/C3F7KQ2C8A1W"
VALUES = ("炎陵黄桃", "1250.5 kg", "湖南省株洲市炎陵县霞阳镇山垄村", "Ama 黄桃合作社", "13800000000", "2026年7月20日")


def filled(form: Template, **changes: object) -> Certificate:
    words = [form.words[name] for name in ("product", "quantity", "place", "subject", "contact", "issued_on")]
    made = Certificate(
        form.title,
        "编号 C3F7 KQ2C 8A1W",
        form.lead,
        form.promise,
        "承诺依据",
        tuple((word, basis is Basis.CONTROL) for basis, word in form.basis.items()),
        tuple(zip(words, VALUES, strict=True)),
        form.words["sign"],
        ADDRESS,
    )
    return replace(made, **changes)


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("form", templates().values(), ids=lambda form: form.key)
@pytest.mark.parametrize("size", SIZES.values(), ids=lambda size: size.key)
def test_the_paper_says_its_form_to_the_letter_and_its_symbol_reads(tmp_path: Path, form: Template, size) -> None:  # type: ignore[no-untyped-def]
    said = filled(form, notice="演示数据 · 非真实产品")
    file = write_commitment(tmp_path / "c.pdf", said, size, find_font())
    with pdfium.PdfDocument(str(tmp_path / "c.pdf")) as document:
        assert (len(document), file.pages) == (1, 1)
        assert document[0].get_size() == pytest.approx((size.width / 25.4 * 72, size.height / 25.4 * 72), abs=0.01)
        told = squeezed(document[0].get_textpage().get_text_bounded())
        found = zxingcpp.read_barcodes(document[0].render(scale=203 / 72, grayscale=True).to_pil())
    assert sorted(told) == sorted(squeezed("".join(text for _, text in said.texts())))
    for _, text in said.texts():
        assert squeezed(text) in told
    assert [each.text for each in found] == [ADDRESS]


def inked(path: Path, words: tuple[str, ...]) -> list[int]:
    """How dark the box before each word is, in dots."""
    with pdfium.PdfDocument(str(path)) as document:
        page, scale = document[0], 6
        text, image = page.get_textpage(), page.render(scale=scale, grayscale=True).to_pil()
        found = []
        for word in words:
            left, bottom, _, top = text.get_charbox(text.search(word).get_next()[0])
            tall, foot = top - bottom, page.get_height()
            box = image.crop(
                [
                    round(scale * n)
                    for n in (left - 1.4 * tall, foot - top - 0.1 * tall, left - 0.1 * tall, foot - bottom + 0.1 * tall)
                ]
            )
            found.append(sum(box.histogram()[:128]))
        return found


@pytest.mark.parametrize("size", SIZES.values(), ids=lambda size: size.key)
def test_only_the_bases_that_are_relied_on_are_ticked(tmp_path: Path, size) -> None:  # type: ignore[no-untyped-def]
    form, ink = templates()["2026_producer"], []
    words = tuple(form.basis.values())
    for ticked in ((False,) * 3, (True, False, True), (False, True, False)):
        said = filled(form, bases=tuple(zip(words, ticked, strict=True)))
        write_commitment(tmp_path / "c.pdf", said, size, find_font())
        ink.append(inked(tmp_path / "c.pdf", words))
    none, outer, inner = ink
    assert [more > 1.2 * less for more, less in zip(outer, none, strict=True)] == [True, False, True]
    assert [more > 1.2 * less for more, less in zip(inner, none, strict=True)] == [False, True, False]


def test_long_names_still_fit_and_the_same_certificate_gives_the_same_bytes(tmp_path: Path) -> None:
    form = templates()["2026_purchaser"]
    long = filled(form, fields=tuple((word, "很长的名字" * 8) for word in form.words.values()))
    files = {write_commitment(tmp_path / "c.pdf", long, size, find_font()) for size in SIZES.values() for _ in range(2)}
    assert len(files) == len(SIZES)


def test_what_cannot_be_set_is_refused_by_name(tmp_path: Path) -> None:
    form, roll = templates()["2026_producer"], SIZES["roll"]
    with pytest.raises(Invalid, match="字体里没有“㸆”"):
        write_commitment(tmp_path / "c.pdf", filled(form, sign="㸆"), roll, find_font())
    endless = tuple((f"{n}", "很长的名字" * 8) for n in range(12))
    with pytest.raises(Invalid, match="请换大一号的纸"):
        write_commitment(tmp_path / "c.pdf", filled(form, fields=endless), roll, find_font())
    assert not (tmp_path / "c.pdf").exists()
