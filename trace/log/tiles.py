"""The tree and its entries as static files, which any web server or memory stick can carry: c2sp.org/tlog-tiles.

A tile holds 256 hashes of one level of the tree, every eighth level; a bundle holds 256 entries. The last ones may be narrower
and are then called partial.
"""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..diskfiles import sync_folder, write_whole
from ..errors import N_, TraceError
from .merkle import HASH_BYTES, leaf_hash, node_hash

WIDTH = 256
LEVELS = 8  # of the tree in a tile
LONGEST_ENTRY = 0xFFFF  # bytes; a bundle writes the length in two

_PUBLIC = 0o644
_KEPT_TILES = 256  # in memory: 2 MB of hashes


class BadTile(TraceError):
    """A file of the log is missing, damaged, or would have to change. The message names it."""

    status = 503
    is_for_everyone = False


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Where a tile of hashes lies below the log's address."""
    return f"tile/{level}/{_numbered(number, width)}"


def entries_path(number: int, width: int = WIDTH) -> str:
    """Where a bundle of entries lies below the log's address."""
    return f"tile/entries/{_numbered(number, width)}"


def _numbered(number: int, width: int) -> str:
    """1234067 as x001/x234/067, with .p/W behind it for a partial tile."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
    return path if width == WIDTH else f"{path}.p/{width}"


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries one after the other, each behind its length. Raises BadTile if one is longer than 65,535 bytes."""
    written = []
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise BadTile(N_("日志的一条至多 65535 字节，这里有 %(length)s 字节"), length=len(entry))
        written.append(len(entry).to_bytes(2, "big") + entry)
    return b"".join(written)


def unbundled(content: bytes) -> list[bytes]:
    """The entries of a bundle. Raises BadTile if its end is cut off."""
    entries, at = [], 0
    while at < len(content):
        begin = at + 2
        at = begin + int.from_bytes(content[at:begin], "big")
        if begin > len(content) or at > len(content):
            raise BadTile(N_("日志条目文件不完整：长度与内容不符"))
        entries.append(content[begin:at])
    return entries


def hashes_in(content: bytes) -> list[bytes]:
    """The hashes of a tile. Raises BadTile if they are none or more than a tile holds."""
    if not content or len(content) % HASH_BYTES or len(content) > WIDTH * HASH_BYTES:
        raise BadTile(N_("日志哈希文件的长度不对：应为 32 字节的 1 到 256 倍"))
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]


def folded(hashes: Sequence[bytes]) -> bytes:
    """The hash above a complete subtree's hashes, a power of two of them."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


class Tiles:
    """The files of one log in a folder. What is written stays: the same again is nothing, something else raises BadTile.

    So whoever extends the log must have the order of the entries on the disk first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[tuple[int, int], list[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree (`merkle.Nodes`). Raises BadTile if the files do not reach so far."""
        tile_level, above = divmod(level, LEVELS)
        number, begin = divmod(index << above, WIDTH)
        return folded(self._tile(tile_level, number, begin + (1 << above))[begin : begin + (1 << above)])

    def entry(self, index: int) -> bytes:
        """The entry with this number, from 0. Raises BadTile if the files do not reach so far."""
        number, at = divmod(index, WIDTH)
        return self.entries(number, at + 1)[at]

    def entries(self, number: int, least: int = 1) -> list[bytes]:
        """All entries of a bundle that are there. Raises BadTile if they are fewer than `least`."""
        found = unbundled(self._widest(entries_path(number)))
        if len(found) < least:
            raise self._missing(entries_path(number))
        return found

    def extend(self, size: int, entries: Sequence[bytes]) -> None:
        """Write the tiles and bundles that a log of `size` entries needs once these are added. All is on the disk then."""
        if not entries:
            return
        bundle(entries)  # too long an entry is refused before anything is written
        self._extend_entries(size, entries)
        added, level = [leaf_hash(entry) for entry in entries], 0
        while added:
            first = size >> (LEVELS * level)
            added = self._extend_level(level, first, added)
            level += 1

    def _extend_entries(self, size: int, added: Sequence[bytes]) -> None:
        number, begin = divmod(size, WIDTH)
        whole = [*(self.entries(number, begin)[:begin] if begin else ()), *added]
        for at in range(0, len(whole), WIDTH):
            part = whole[at : at + WIDTH]
            self._write(entries_path(number + at // WIDTH, len(part)), bundle(part))

    def _extend_level(self, level: int, size: int, added: Sequence[bytes]) -> list[bytes]:
        """Write the tiles of one level; the hashes of those that are now full, which the next level adds."""
        number, begin = divmod(size, WIDTH)
        whole = [*(self._tile(level, number, begin)[:begin] if begin else ()), *added]
        full = []
        for at in range(0, len(whole), WIDTH):
            part = whole[at : at + WIDTH]
            self._write(tile_path(level, number + at // WIDTH, len(part)), b"".join(part))
            if len(part) == WIDTH:
                full.append(folded(part))
        return full

    def _write(self, path: str, content: bytes) -> None:
        file = self.folder / path
        self._make_folder(file.parent)
        try:
            write_whole(file, content, _PUBLIC, replaces=False)
        except FileExistsError:
            if file.read_bytes() != content:
                raise BadTile(N_("日志文件 %(path)s 已有别的内容，日志不能改写"), path=path) from None
        if not file.parent.name.endswith(".p"):  # the full tile takes the place of its partial ones
            shutil.rmtree(file.with_name(f"{file.name}.p"), ignore_errors=True)

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folder(folder.parent)
            folder.mkdir(exist_ok=True)
            sync_folder(folder.parent)

    def _tile(self, level: int, number: int, least: int) -> list[bytes]:
        hashes = self._kept.get((level, number), [])
        if len(hashes) < least:
            hashes = hashes_in(self._widest(tile_path(level, number)))
            if len(hashes) < least:
                raise self._missing(tile_path(level, number))
            if len(self._kept) >= _KEPT_TILES:
                self._kept.clear()
            self._kept[level, number] = hashes
        return hashes

    def _widest(self, path: str) -> bytes:
        """The full file, else the widest partial one. It may be of a tree that is not signed yet."""
        full = self.folder / path
        partial = full.with_name(f"{full.name}.p")
        try:
            return full.read_bytes()
        except FileNotFoundError:
            pass
        try:
            widths = [int(name.name) for name in partial.iterdir() if name.name.isdecimal()]
            return (partial / str(max(widths))).read_bytes()
        except (FileNotFoundError, ValueError):
            raise self._missing(path) from None

    def _missing(self, path: str) -> BadTile:
        return BadTile(N_("日志文件 %(path)s 不在或不够长"), path=path)
