"""Uploads are looked at in a process of their own: bombs and things in disguise are refused in under 2 seconds and
300 MB, and of what is kept nothing survives but what it shows."""

import io
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops

from world.pace import Took, in_time
from world.uploads import encoded, pdf, pdf_that_acts, raw_pdf, refused_files, stream, zipped
from yipin.errors import Invalid
from yipin.uploads import sandbox, sandbox_process

SECONDS, MEGABYTES = 2, 300
# From a small process in between: the most memory of a process counts what its parent had when it was started.
MEASURED = """import resource, subprocess, sys
command = [sys.executable, "-P", "-m", "yipin.uploads.sandbox_process", "sanitised"]
subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""


# Of a file from which a small picture is wanted, these stand for all: each is refused at another place.
NO_SMALL_PICTURE = (
    "text",
    "EPS in a JPEG's name",
    "zip bomb",
    "PNG bomb",
    "progressive JPEG",
    "JPEG cut short",
    "PDF picture bomb",
)


@pytest.mark.long
@pytest.mark.parametrize("what", ["kept", "small"])
def test_bombs_and_things_in_disguise_are_refused_in_time_and_memory(what: str) -> None:
    look = sandbox.sanitised if what == "kept" else sandbox.small_jpeg
    for name in refused_files() if what == "kept" else NO_SMALL_PICTURE:
        data = refused_files()[name]
        in_time(lambda _, name=name, data=data: [Took(name, worked_until_refused(look, name, data), SECONDS)])


def worked_until_refused(look: Callable[[bytes], object], name: str, data: bytes) -> float:
    """Seconds of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(Invalid) as answer:
        look(data)
        pytest.fail(f"{name} passed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert answer.value.field in ("file", "picture"), name
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize(
    "name", ["PNG bomb", "PDF drawing bomb", "PDF bomb in layers", "PDF picture bomb", "progressive JPEG"]
)
def test_no_bomb_takes_more_than_300_megabytes(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], input=refused_files()[name], capture_output=True, check=True
    )
    megabytes = int(done.stdout) / 1024
    print(f"{name}: {megabytes:.0f} MB")
    assert megabytes < MEGABYTES


def test_the_process_that_every_upload_waits_for_loads_nothing_of_the_database() -> None:
    loaded = "import sys, yipin.uploads.sandbox_process; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout.split()
    assert "PIL.Image" in modules and not {"sqlalchemy", "psycopg", "numpy", "flask"} & {*modules}


def test_a_hundred_megabytes_are_refused_unread() -> None:
    with pytest.raises(Invalid, match="最多 8 MB"):
        sandbox.sanitised(bytes(100 << 20))


def test_a_file_that_takes_too_long_is_refused_and_the_next_one_is_not() -> None:
    loops = raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>",
        stream(b"/A Do " * 9),
        *(_form(number) for number in range(5, 14)),
        stream(b"0 0 m 9 9 l S"),
    )
    crowded = raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 900 900]/Contents 4 0 R/Resources<<>>>>",
        stream(b"".join(b"0 0 m %d 900 l 900 %d l h f " % (n % 900, n * 7 % 900) for n in range(24_000))),
    )
    start = spent(lambda: sandbox.sanitised(pdf("a")))  # of the process, which is the machine's affair
    for endless in (loops, crowded):  # the one fills the memory, the other takes ever longer
        assert spent(lambda endless=endless: refused(endless)) - start < SECONDS
    assert sandbox.sanitised(pdf("a")).pages == 1


def refused(file: bytes) -> None:
    with pytest.raises(Invalid):
        sandbox.sanitised(file)


def spent(work: Callable[[], object]) -> float:
    """Seconds of processor time of the processes that the work waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _form(number: int) -> bytes:
    """A drawing that draws the next one thirty times."""
    head = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A %d 0 R>>>>" % (number + 1)
    return stream(b"/A Do " * 30, head)


def test_a_pdf_keeps_its_pages_and_words() -> None:
    made = sandbox.sanitised(pdf("Green food", "Scope"))
    with pdfium.PdfDocument(made.content) as paper:
        assert [page.get_textpage().get_text_range() for page in paper] == ["Green food", "Scope"]
    assert made.media == "application/pdf" and made.pages == 2
    assert made.preview and Image.open(io.BytesIO(made.preview)).height == 1200


def test_a_pdf_looks_as_it_did_also_turned_and_cut() -> None:
    head = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<>>/MediaBox[50 50 450 650]/CropBox[100 100 400 500]/Rotate 90>>"
    odd = raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        head,
        stream(b"1 0 0 rg 110 120 40 90 re f 0 0 1 rg 60 60 30 30 re f"),
    )
    before, after = (pdfium.PdfDocument(data)[0].render().to_pil() for data in (odd, sandbox.sanitised(odd).content))
    assert before.size == after.size == (400, 300)
    assert before.getpixel((60, 30)) == after.getpixel((60, 30)) == (255, 0, 0)
    difference = ImageChops.difference(before.convert("L"), after.convert("L")).point(lambda value: 255 * (value > 128))
    assert difference.getbbox() is None


def test_a_seal_that_stood_as_an_annotation_becomes_part_of_the_page() -> None:
    seal = b"<</Type/Annot/Subtype/Stamp/F 4/Rect[50 50 250 250]/AP<</N 6 0 R>>>>"
    drawn = stream(b"1 0 0 rg 0 0 200 200 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 200 200]")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Annots[5 0 R]/Resources<<>>>>"
    paper = raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(b""), seal, drawn
    )
    shown = pdfium.PdfDocument(sandbox.sanitised(paper).content)[0].render(may_draw_forms=False).to_pil()
    assert shown.getpixel((150, 150)) == (255, 0, 0)


def test_nothing_that_acts_is_left_in_a_pdf() -> None:
    acts = rb"/(JavaScript|JS|Launch|OpenAction|AA|EmbeddedFiles?|Filespec|AcroForm|XFA|Annots?|Names|URI)\b"
    upload = pdf_that_acts()
    assert len(set(re.findall(acts, upload))) >= 9
    made = sandbox.sanitised(upload)
    assert not re.findall(acts, made.content) and b"calc.exe" not in made.content
    with pdfium.PdfDocument(made.content) as paper:
        assert paper.get_formtype() == 0 and paper.count_attachments() == 0
        assert paper[0].get_textpage().get_text_range() == "Paper"


def test_a_pdf_with_a_password_is_refused_and_says_so() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    paper = canvas.Canvas(out := io.BytesIO(), encrypt=StandardEncryption("secret"))
    paper.drawString(9, 9, "a")
    paper.save()
    with pytest.raises(Invalid, match="设有密码"):
        sandbox.sanitised(out.getvalue())


def test_a_photograph_is_kept_without_where_it_was_taken_upright_and_not_too_large() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    upload = encoded(Image.new("RGB", (4000, 3000), "red"), exif=exif, comment=b"my secret") + zipped()
    made = sandbox.sanitised(upload)
    assert made.media == "image/jpeg" and Image.open(io.BytesIO(made.content)).size == (1500, 2000)
    for left in (b"Exif", b"my secret", b"payload.html"):
        assert left in upload and left not in made.content
    small = sandbox.sanitised(encoded(Image.new("RGBA", (30, 20), (0, 0, 0, 0)), "PNG")).content
    assert Image.open(io.BytesIO(small)).size == (30, 20) and Image.open(io.BytesIO(small)).getpixel((9, 9)) == (
        255,
        255,
        255,
    )


def test_a_scan_comes_before_a_picture() -> None:
    command = [sys.executable, "-P", "-m", "yipin.uploads.sandbox_process", "small"]
    behind = min(os.getpriority(os.PRIO_PROCESS, 0) + sandbox_process.NICE, 19)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as looking:
        began = time.monotonic()
        while os.getpriority(os.PRIO_PROCESS, looking.pid) != behind:
            assert looking.poll() is None and time.monotonic() - began < 60
            time.sleep(0.01)
        looking.communicate(b"no picture")
