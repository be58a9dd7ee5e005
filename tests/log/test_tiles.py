"""The log's files are those of c2sp.org/tlog-tiles, and no byte that was published changes."""

import pytest

from world import trees
from yipin.log.merkle import Frontier, check_inclusion, consistency, inclusion, leaf_hash, root_of
from yipin.log.tiles import BadTile, Tiles, bundle, entries_path, hashes_in, tile_path, unbundled


def entries(begin, end):
    return [str(number).encode() for number in range(begin, end)]


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_paths_are_cut_into_groups_of_three_digits():
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(1, 0) == "tile/1/000"
    assert tile_path(2, 999, 17) == "tile/2/999.p/17"
    assert entries_path(1000, 255) == "tile/entries/x001/000.p/255"


def test_a_log_of_70000_entries_has_the_tiles_of_the_specification(tmp_path):
    tiles = Tiles(tmp_path)
    tiles.extend(0, entries(0, 70_000))
    names = set(files(tmp_path))
    hashes = {name for name in names if not name.startswith("tile/entries/")}
    assert hashes == {
        *(tile_path(0, number) for number in range(273)),
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    }
    assert names - hashes == {*(entries_path(number) for number in range(273)), "tile/entries/273.p/112"}
    assert root_of(70_000, tiles.node) == trees.root(0, 70_000)
    for index in (0, 255, 256, 65_535, 65_536, 69_887, 69_999):
        assert tiles.entry(index) == str(index).encode()
        check_inclusion(
            leaf_hash(tiles.entry(index)), index, 70_000, inclusion(index, 70_000, tiles.node), trees.root(0, 70_000)
        )


def test_however_the_entries_come_the_files_are_the_same(tmp_path):
    at_once = Tiles(tmp_path / "once")
    at_once.extend(0, entries(0, 1100))
    bit_by_bit, size = Tiles(tmp_path / "bits"), 0
    for more in [1, 2, 252, 1, 1, 255, 300, 288]:
        bit_by_bit.extend(size, entries(size, size + more))
        size += more
        assert root_of(size, bit_by_bit.node) == trees.root(0, size)
        assert consistency(size - more, size, bit_by_bit.node) == (
            trees.grown(size - more, size) if size > more else []
        )
    assert size == 1100
    partial = {name for name in files(tmp_path / "bits") if ".p/" in name} - set(files(tmp_path / "once"))
    assert all(name.startswith(("tile/1/000.p/", "tile/0/004.p/", "tile/entries/004.p/")) for name in partial)
    assert files(tmp_path / "once").items() <= files(tmp_path / "bits").items()


def test_a_log_is_taken_up_again_from_its_files(tmp_path):
    Tiles(tmp_path).extend(0, entries(0, 700))
    again = Tiles(tmp_path)
    again.extend(700, entries(700, 800))
    frontier = Frontier.of(800, again.node)
    assert frontier.root == trees.root(0, 800) and again.entries(2) == entries(512, 768)


def test_the_same_once_more_changes_nothing_and_something_else_is_refused(tmp_path):
    tiles = Tiles(tmp_path)
    tiles.extend(0, entries(0, 300))
    before = files(tmp_path)
    tiles.extend(0, entries(0, 300))
    assert files(tmp_path) == before
    for begin, other in [(0, [b"forged", *entries(1, 256)]), (256, [b"forged", *entries(257, 300)])]:
        with pytest.raises(BadTile, match="不能改写"):
            Tiles(tmp_path).extend(begin, other)
    assert files(tmp_path) == before


def test_an_append_that_was_cut_off_is_finished_by_the_same_append(tmp_path, monkeypatch):
    whole = Tiles(tmp_path / "whole")
    whole.extend(0, entries(0, 600))
    count = len(files(tmp_path / "whole"))
    for stop in range(count):
        folder = tmp_path / str(stop)
        cut = Tiles(folder)
        write, left = cut._write, [stop]

        def cut_off(path, content, write=write, left=left):
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            write(path, content)

        monkeypatch.setattr(cut, "_write", cut_off)
        with pytest.raises(KeyboardInterrupt):
            cut.extend(0, entries(0, 600))
        Tiles(folder).extend(0, entries(0, 600))
        assert files(folder) == files(tmp_path / "whole")


def test_what_is_not_there_or_damaged_is_named(tmp_path):
    tiles = Tiles(tmp_path)
    with pytest.raises(BadTile, match="tile/0/000"):
        tiles.node(0, 0)
    tiles.extend(0, entries(0, 10))
    for asked in [lambda: tiles.node(0, 10), lambda: Tiles(tmp_path).entry(10), lambda: tiles.entries(0, 11)]:
        with pytest.raises(BadTile, match="不够长"):
            asked()
    for content in [b"\x00", b"\x00\x05four"]:
        with pytest.raises(BadTile, match="不完整"):
            unbundled(content)
    for content in [b"", b"x" * 31, b"x" * 32 * 257]:
        with pytest.raises(BadTile, match="长度不对"):
            hashes_in(content)
    with pytest.raises(BadTile, match="65535"):
        tiles.extend(10, [b"x" * 65_536])
    assert unbundled(bundle([b"", b"x" * 65_535])) == [b"", b"x" * 65_535]
    assert "tile/0/000.p/11" not in files(tmp_path)
