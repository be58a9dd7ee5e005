"""A commitment certificate as the paper that goes with the goods: its form's words, filled in with what was frozen at issue."""

from ..clock import written
from ..codes.idnumber import spaced
from ..codes.paper.commitment import SIZES, Certificate, write_commitment
from ..codes.paper.glyphs import find_font
from ..codes.paper.pdf import in_memory
from ..errors import N_, Conflict, NotFound
from ..fields import plain
from ..installation.installation import Installation
from ..models import CommitmentCertificate
from . import certificates
from .forms import Template

NOTICE = "演示数据 · 非真实产品"


def address(installation: Installation, number: str) -> str:
    """What the symbol on the paper holds: the page of the certificate."""
    return f"{installation.settings.base_url}c/{number}"


def said(installation: Installation, row: CommitmentCertificate) -> Certificate:
    """The words of the paper, in the order of its form."""
    form = certificates.template_of(row)
    ticked = certificates.bases_of(row)
    return Certificate(
        form.title,
        f"编号 {spaced(row.number)}",
        form.lead,
        form.promise,
        "承诺依据",
        tuple((word, basis in ticked) for basis, word in form.basis.items()),
        _fields(form, row),
        form.words["sign"],
        address(installation, row.number),
        NOTICE if row.batch.producer.demonstration else "",
    )


def _fields(form: Template, row: CommitmentCertificate) -> tuple[tuple[str, str], ...]:
    values = {
        "product": row.product,
        "quantity": f"{plain(row.quantity)} {row.unit}",
        "place": row.place,
        "subject": row.subject,
        "contact": row.contact,
        "issued_on": written(row.issued_on),
    }
    return tuple((form.words[name], value) for name, value in values.items())


def paper(installation: Installation, row: CommitmentCertificate, size: str) -> bytes:
    """The PDF of a live certificate: `size` a4, a5 or roll.

    Raises NotFound for another size, Conflict for a void certificate, Invalid for a character that the font lacks.
    """
    if size not in SIZES:
        raise NotFound(N_("没有这一页，或者您无权查看"))
    if row.voided_at:
        raise Conflict(N_("这张合格证已经作废，不能再打印"))
    font = find_font(installation.settings.font)
    return in_memory(lambda path: write_commitment(path, said(installation, row), SIZES[size], font))
