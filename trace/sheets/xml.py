"""XML read piece by piece, in memory that does not grow with the file.

A document type is refused, and with it every entity: a few entities can expand to gigabytes ("billion laughs") or read
files of the server. No real workbook has a document type.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.parsers import expat

from ..errors import N_, Invalid

PIECE = 1 << 16  # bytes
LARGEST_TAG = 1 << 20  # bytes; the parser holds an unfinished tag in memory
DEEPEST = 40  # tags within tags; the parser holds every open one in memory
# What expat, zipfile and zlib raise for a part that is broken or was made to do harm.
_BROKEN = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Characters = Callable[[str], None]


class Document(Exception):
    """Raised by a handler that needs nothing more: the rest is not read."""


def pieces(archive: zipfile.ZipFile, name: str, start: Start, end: End, characters: Characters) -> Iterator[None]:
    """Feed a part of the archive to the three handlers, and yield after each piece. Names come without their prefix.

    Raises Invalid when the part is no XML or holds a document type.
    """
    parser = _parser(start, end, characters)
    try:
        with archive.open(name) as part:
            fed = 0
            while piece := part.read(PIECE):
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > LARGEST_TAG:
                    raise EOFError
                yield
        parser.Parse(b"", True)
        yield
    except _BROKEN:
        raise Invalid("file", N_("这个文件坏了，读不下去；请在 Excel 里打开，另存为 .xlsx 再传")) from None


def _parser(start: Start, end: End, characters: Characters) -> expat.XMLParserType:
    """A parser that calls the handlers, and raises EOFError for tags that are nested too deep."""
    depth = 0

    def opens(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise EOFError
        start(_local(tag), attributes)

    def closes(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(_local(tag))

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = opens, closes
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _local(tag: str) -> str:
    return tag.rpartition(":")[2] if ":" in tag else tag


def _refuse(*_declared: object) -> None:
    raise Invalid("file", N_("这个文件里有不该有的内容（DTD），没有打开；请在 Excel 里另存为 .xlsx 再传"))


def whole(
    archive: zipfile.ZipFile, name: str, start: Start, end: End | None = None, characters: Characters | None = None
) -> None:
    """Read a part to its end, or until a handler raises Document."""
    try:
        for _ in pieces(archive, name, start, end or (lambda tag: None), characters or (lambda text: None)):
            pass
    except Document:
        pass
