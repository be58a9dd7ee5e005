"""One unit code as a QR symbol (ISO/IEC 18004): its modules, or a picture.

The address is a byte segment and the digits are a numeric one, at level M. With an address of at most 25 characters the
191 digits of a signed code need version 6 (41 modules), the 37 digits of a tiny code version 3 (29 modules).
"""

import io
import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import BIT_LIMIT_TABLE, MODE_8BIT_BYTE, MODE_NUMBER, QRData, length_in_bits

from ...errors import N_, Invalid, Unavailable
from ..kinds import CodeKind, check_digits, kind_of

QUIET_ZONE = 4  # modules on each side, ISO/IEC 18004, 6.3.8

# Lower case, because several scanners do not take a host in capitals for a link. No user, no query, no other script.
_PREFIX = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?/([a-z0-9._~-]+/)*")
_MM_PER_INCH = 25.4


def url(prefix: str, digits: str) -> str:
    """The address that a phone reads from the symbol."""
    return prefix + digits


def check_prefix(prefix: str, allow_version: int = 6, kind: CodeKind = CodeKind.FULL) -> int:
    """The QR version that this address needs at level M with the digits of a code of this kind.

    Raises Unavailable if the address is no plain lower-case http(s) address that ends in "/", or if the version is
    above `allow_version` (version 6 has 41 modules; each further version adds 4).
    """
    if not _PREFIX.fullmatch(prefix):
        raise Unavailable(
            N_("标签网址“%(prefix)s”不合要求：应为小写的 http(s) 网址，以 / 结尾，如 https://t.zhuzhou.gov.cn/"),
            prefix=prefix[:80],
        )
    version = _version(len(prefix), kind)
    if version > allow_version:
        raise Unavailable(
            N_(
                "标签网址有 %(length)s 个字符，二维码要到版本 %(version)s（每边 %(modules)s 格），"
                "超出允许的版本 %(allowed)s；请换短网址，或把 qr_version 设为 %(version)s"
            ),
            length=len(prefix),
            version=version,
            modules=17 + 4 * version,
            allowed=allow_version,
        )
    return version


@lru_cache
def _version(prefix_length: int, kind: CodeKind) -> int:
    numeric = kind.digits // 3 * 10 + (0, 4, 7)[kind.digits % 3]
    for version in range(1, 41):
        heads = 8 + length_in_bits(MODE_8BIT_BYTE, version) + length_in_bits(MODE_NUMBER, version)
        needed: int = heads + 8 * prefix_length + numeric
        if needed <= BIT_LIMIT_TABLE[ERROR_CORRECT_M][version]:
            return version
    raise Unavailable(N_("标签网址太长，任何二维码都放不下"))


def modules(prefix: str, digits: str) -> NDArray[np.bool_]:
    """The symbol's modules (side, side), True where dark, without quiet zone. Raises BadCode or Unavailable.

    The version depends on the length of the address alone, so all labels of a run have equal symbols.
    """
    check_digits(digits)
    version = check_prefix(prefix, allow_version=40, kind=kind_of(digits))
    symbol = QRCode(version=version, error_correction=ERROR_CORRECT_M)
    symbol.add_data(QRData(prefix.encode("ascii"), MODE_8BIT_BYTE))
    symbol.add_data(QRData(digits.encode("ascii"), MODE_NUMBER))
    try:
        symbol.make(fit=False)
    except ValueError:
        # qrcode 8.2 cannot divide a block of zeros (its issue 330). No signed code has 27 zero bytes in a row.
        raise Unavailable(N_("这串数字画不成二维码：其中的 0 太多，不是签发的身份码")) from None
    return np.array(symbol.modules, dtype=np.bool_)


def png(prefix: str, digits: str, dpi: int = 600, size_mm: float | None = None) -> bytes:
    """The symbol with its quiet zone as a PNG picture, for a producer's own packaging.

    A module is a whole number of dots, so the side is `size_mm` or a little less (None: 25, or 15 for a tiny code). The
    dpi is written in the file. Raises Invalid for a size or dpi out of range.
    """
    size_mm = _side(digits, size_mm)
    if not 150 <= dpi <= 1200:
        raise Invalid("dpi", N_("分辨率应在 150 到 1200 dpi 之间，这里是 %(dpi)s"), dpi=dpi)
    light = ~np.pad(modules(prefix, digits), QUIET_ZONE)
    dots = int(size_mm / _MM_PER_INCH * dpi / len(light))
    if dots < 2:
        raise Invalid("dpi", N_("分辨率 %(dpi)s dpi 太低：二维码每格不到 2 点，读不出来"), dpi=dpi)
    picture = Image.fromarray(np.kron(light, np.ones((dots, dots), dtype=np.bool_)))
    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(dpi, dpi), optimize=True)
    return file.getvalue()


def svg(prefix: str, digits: str, size_mm: float | None = None) -> str:
    """The symbol with its quiet zone as an SVG of one path on white, `size_mm` wide. Raises Invalid (size)."""
    return drawing(np.pad(modules(prefix, digits), QUIET_ZONE), url(prefix, digits), _side(digits, size_mm))


def drawing(dark: NDArray[np.bool_], title: str, size_mm: float) -> str:
    """Modules with their quiet zone as an SVG of one path on white, `size_mm` wide. `title` holds no markup."""
    side = len(dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size_mm:g}mm" height="{size_mm:g}mm" '
        f'viewBox="0 0 {side} {side}" role="img" shape-rendering="crispEdges">'
        f"<title>{title}</title>"
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{_path(dark)}"/></svg>\n'
    )


def _path(dark: NDArray[np.bool_]) -> str:
    """One closed outline for each run of dark modules in a row."""
    return "".join(f"M{start} {row}H{stop}v1H{start}z" for row, start, stop in bars(dark))


def bars(dark: NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    """The runs of dark modules in rows: row, first column, and the column after the last."""
    # A run starts and ends where a row changes. The light columns added at both sides make the changes come in pairs.
    rows, columns = np.nonzero(np.diff(np.pad(dark, ((0, 0), (1, 1))).astype(np.int8), axis=1))
    return zip(rows[::2].tolist(), columns[::2].tolist(), columns[1::2].tolist(), strict=True)


@lru_cache(maxsize=64)
def address_modules(address: str) -> NDArray[np.bool_]:
    """The modules (side, side) of an address as a symbol of level M, in the smallest version that holds it."""
    symbol = QRCode(error_correction=ERROR_CORRECT_M)
    symbol.add_data(QRData(address.encode("ascii"), MODE_8BIT_BYTE))
    symbol.make(fit=True)
    return np.array(symbol.modules, dtype=np.bool_)


def _side(digits: str, size_mm: float | None) -> float:
    """The wanted side, or the usual one, in mm, quiet zone included. Raises Invalid (size)."""
    usual, least = (15.0, 15.0) if kind_of(digits) is CodeKind.TINY else (25.0, 20.0)
    size = usual if size_mm is None else size_mm
    if not least <= size <= 200:
        raise Invalid(
            "size", N_("二维码边长应在 %(least)s 到 200 毫米之间，这里是 %(size)s 毫米"), least=f"{least:g}", size=size
        )
    return size
