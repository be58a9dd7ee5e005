"""What an uploaded file is, by its first bytes: its name plays no part. A kind that is not kept is told what to do about it."""

from enum import StrEnum

from ..errors import N_


class Kind(StrEnum):
    """The kinds that are kept."""

    PDF = "PDF"
    JPEG = "JPEG"  # and MPO, which begins with a JPEG
    PNG = "PNG"
    WEBP = "WEBP"
    HEIF = "HEIF"


PICTURES = "image/jpeg,image/png,image/webp,image/heic,image/heif"  # what a file field offers
PAPERS = f"application/pdf,{PICTURES}"
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
# In a file of this container (ISO/IEC 14496-12) the brand says what it holds.
VIDEOS = (b"mp4", b"isom", b"iso2", b"qt ", b"M4V", b"3gp", b"avc1")

SAVE_AS_JPG = N_("这是 %(kind)s 图片，这里读不了；请在手机相册或电脑的“画图”里打开它，另存为 JPG 再传")
CURES: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    ((b"GIF8",), SAVE_AS_JPG, "GIF"),
    ((b"BM",), SAVE_AS_JPG, "BMP"),
    ((b"II*\0", b"MM\0*"), SAVE_AS_JPG, "TIFF"),
    ((b"\0\0\1\0",), SAVE_AS_JPG, "ICO"),
    ((b"\xff\x0a", b"\0\0\0\x0cJXL "), SAVE_AS_JPG, "JPEG XL"),
    ((b"8BPS",), SAVE_AS_JPG, "PSD"),
    (
        (b"PK\x03\x04", b"PK\x05\x06"),
        N_("这是压缩包，或 Word、Excel 文件；请把里面的照片取出来传，文档请导出为 PDF 再传"),
        "",
    ),
    ((b"\xd0\xcf\x11\xe0",), N_("这是 Word、Excel 或 WPS 文件；请打开它，导出为 PDF 再传"), ""),
    ((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"), N_("这是压缩包；请先解压，再传里面的照片或 PDF"), ""),
    ((b"%!PS", b"<svg", b"<?xml", b"<!doc", b"<html"), N_("这是网页或绘图文件；请打开它，截图或导出为 PDF 再传"), ""),
)


def kind_of(data: bytes) -> Kind | None:
    """Which of the kinds that are kept it is; None for any other."""
    if data.startswith(b"%PDF-"):
        return Kind.PDF
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    return Kind.HEIF if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS else None


def cure_of(data: bytes) -> tuple[str, dict[str, object]]:
    """What is told to somebody who sent a file of another kind: the text and its values."""
    if not data:
        return N_("这个文件是空的；请重新选一次"), {}
    if data[4:8] == b"ftyp":
        if data[8:11] == b"avi":
            return SAVE_AS_JPG, {"kind": "AVIF"}
        if data[8:12].startswith(VIDEOS):
            return N_("这是视频；请截一张图，存成 JPG 再传"), {}
    for starts, text, kind in CURES:
        if data[:64].lstrip().lower().startswith(tuple(start.lower() for start in starts)):
            return text, {"kind": kind} if kind else {}
    return N_("这个文件不是照片，也不是 PDF；照片请存成 JPG，文档请导出为 PDF 再传"), {}
