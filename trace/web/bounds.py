"""How much one request may bring: a bound for each kind of request, in one table.

The server checks what it can before it gives the request a thread (`serving.bodies`): the length that is announced and
the bytes that come, the fields of a plain form, the query, the headers, the seconds. Flask checks the parts and files of
an upload while it reads them. A part of an upload that is itself an upload is never opened: Flask keeps it as a file.
"""

import re
from dataclasses import dataclass

from ..errors import N_
from ..uploads.sanitise import LARGEST

KB, FIRST = 1 << 10, 64 << 10  # `FIRST`: bytes of the other fields that come with a file


@dataclass(frozen=True)
class Bound:
    """The bound of one kind of request: bytes of the body, fields of a plain form, parts and files of an upload, and
    the seconds in which the whole body must be there. `advice` is told to the person when the body is too large.
    """

    body: int
    fields: int
    parts: int
    files: int
    seconds: int
    advice: str


_SHORTER = N_("内容太多，没有提交。请删短一些，再提交一次。")
_SMALLER = N_("一次最多传 8 MB，请把照片改小一点再传。")
_THREE = N_("最多 3 张照片，每张不超过 8 MB。请少选几张，或把照片改小一点再传。")
_TABLE = N_("表格最大 8 MB，没有上传。请分成几个文件，一个一个上传。")
_PACKAGE = N_("资料包最大 64 MB，没有上传。请在原平台导出时选“只要表格”。")

PAGE = Bound(4 * KB, 100, 0, 0, 10, _SHORTER)  # a page or a scan: nothing is sent but the address
FORM = Bound(256 * KB, 2_000, 0, 0, 300, _SHORTER)  # all that anybody types
# 8 MB from a slow telephone (5 kB a second) take 27 minutes.
PICTURE = Bound(LARGEST + FIRST, 0, 200, 20, 1_800, _SMALLER)
PHOTOS = Bound(3 * (LARGEST + FIRST), 0, 200, 20, 5_400, _THREE)
TABLE = Bound(LARGEST + FIRST, 0, 200, 1, 1_800, _TABLE)
PACKAGE = Bound(64 * 1024 * KB + FIRST, 0, 20, 1, 5_400, _PACKAGE)  # a producer's data from another installation

LONGEST_QUERY, QUERY_FIELDS = 8 * KB, 100
HEADERS, LONGEST_HEADERS = 60, 32 * KB  # how many, and bytes of all together; a browser and a proxy send about 25
HEAD_SECONDS = 20  # until the headers must be there
SLOWEST, GRACE = 1_000, 30  # bytes a second that a connection must carry, and seconds before this is demanded

OF_A_LABEL = "/photo"
FILED = ("/report", "/claim")  # by anybody, with photographs
WITH_PHOTOS = (*FILED, "/producer/farm/new")
CORRECTED = re.compile(r"/producer/farm/entries/[0-9]{1,18}/correct")  # an entry of the farm's record


def bound_of(method: str, path: str, media: str) -> Bound:
    """The bound of a request, by its method, its path and its content type."""
    if method in ("GET", "HEAD", "OPTIONS"):
        return PAGE
    if not media.strip().lower().startswith("multipart/"):
        return FORM
    if path in WITH_PHOTOS or CORRECTED.fullmatch(path):
        return PHOTOS
    if path.endswith("/take-over"):
        return PACKAGE
    return TABLE if "/import/" in path else PICTURE
