"""The first look at an uploaded file: is it an XLSX, and is it small enough when unpacked?

A zip of some kilobytes can unpack to gigabytes. The sizes that a file states may be false. `zipfile` never reads more
of an entry than the entry states, so it is enough to check the stated sizes.
"""

import zipfile
from typing import IO

from ..errors import N_, Invalid

MOST_ENTRIES = 500
LARGEST_PART = 64 << 20  # bytes, unpacked; a table of 50,000 rows and 12 columns takes about 45 MB
LARGEST = {"xl/sharedStrings.xml": 32 << 20, "xl/styles.xml": 4 << 20, "xl/workbook.xml": 1 << 20}
MOST_BYTES = 128 << 20  # all parts, unpacked
STEEPEST = 150  # largest ratio of unpacked to packed size; sheets of real tables have 5 to 40
FREE = 1 << 20  # bytes; the ratio of a smaller part is not checked: small regular tables pack very well
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and an .xlsx with a password
_FIELD = "file"


def opened(source: IO[bytes]) -> zipfile.ZipFile:
    """Open and check the archive of an XLSX.

    Raises Invalid("file"). The message says what the file is instead, or what is wrong with it.
    """
    _must_look_like_xlsx(source)
    try:
        archive = zipfile.ZipFile(source)
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Invalid(_FIELD, N_("这个文件打不开，可能没有传完整；请在 Excel 里另存为 .xlsx 再传")) from None
    _must_be_a_workbook(archive, {entry.filename for entry in entries})
    _must_unpack_small(entries)
    return archive


def _must_look_like_xlsx(source: IO[bytes]) -> None:
    source.seek(0)
    start = source.read(512)
    source.seek(0)
    if not start:
        raise Invalid(_FIELD, N_("文件是空的；请选填好的 .xlsx 文件"))
    if start.startswith(_OLE):
        raise Invalid(_FIELD, N_("这是旧版 .xls 文件，或者加了密码；请在 Excel 里另存为不加密码的 .xlsx 再传"))
    if start.startswith(b"PK\x03\x04"):
        return
    if b"\0" not in start and not start.startswith((b"%PDF", b"<")):
        raise Invalid(_FIELD, N_("这是文本文件（如 .csv）；请用 Excel 打开，另存为 .xlsx 再传"))
    raise Invalid(_FIELD, N_("这不是 Excel 表格；请传 .xlsx 文件"))


def _must_be_a_workbook(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "mimetype" in names and "content.xml" in names:
        raise Invalid(_FIELD, N_("这是 .ods 表格；请另存为 .xlsx 再传"))
    if "xl/workbook.bin" in names:
        raise Invalid(_FIELD, N_("这是 .xlsb 表格；请另存为 .xlsx 再传"))
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Invalid(_FIELD, N_("这个表格带有宏；请另存为不带宏的 .xlsx 再传"))
    if "xl/workbook.xml" not in names:
        raise Invalid(_FIELD, N_("这不是 Excel 表格；请传 .xlsx 文件"))


def _must_unpack_small(entries: list[zipfile.ZipInfo]) -> None:
    sizes: dict[str, int] = {}
    for entry in entries:
        steep = entry.file_size > FREE and entry.file_size > STEEPEST * max(1, entry.compress_size)
        if steep or entry.file_size > LARGEST.get(entry.filename, LARGEST_PART) or entry.filename in sizes:
            raise Invalid(_FIELD, N_("这个文件解压后大得不正常，没有打开；请把数据复制到新下载的模板里再传"))
        sizes[entry.filename] = entry.file_size
    if len(entries) > MOST_ENTRIES or sum(sizes.values()) > MOST_BYTES:
        raise Invalid(_FIELD, N_("这个文件解压后大得不正常，没有打开；请把数据复制到新下载的模板里再传"))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Invalid(_FIELD, N_("这个文件加了密码；请另存为不加密码的 .xlsx 再传"))
