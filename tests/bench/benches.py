"""The benches by name. Each gives its figures in the order of the table of docs/performance.md."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from yipin.codes.qr.bulk import packed_symbols
from yipin.codes.qr.symbol import modules
from yipin.codes.signing import CONTEXT

from .alive import Alive, alive
from .attacked import attacking
from .attacks import ATTACKS
from .figures import Figure
from .listing import listing
from .lookups import Looks, lookups
from .ours import PER_PAGE, PREFIX, Shop
from .peers import by_segno, naive, zxing, zxing_reportlab
from .progressing import progressing
from .publishing import Publishing, publishing
from .timing import Contender, on_cores, over, rates
from .tracing import tracing
from .victim import Stock

fork = partial(get_context, "fork")  # the key is the processes' by inheritance, as in a large run


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    rounds: int
    labels: int
    shared_labels: int
    few_labels: int
    many_labels: int
    naive: int
    zxing: int
    symbols: int
    signatures: int
    read_pages: int
    chained: int = 100_000
    recalled: int = 10_000
    looks: Looks = Looks(2_000, 20_000, 5_000, 1_000_000)
    certificates: int = 10_000
    attacked_seconds: float = 8.0
    attacks: tuple[str, ...] = tuple(ATTACKS)
    attacked_stock: Stock = Stock()
    alive: Alive = Alive()
    listed: int = 10_000
    log: Publishing = Publishing()


FULL = Sizes(5, 48_000, 100_000, 10_000, 200_000, 96, 1_200, 20_480, 20_000, 20)
QUICK = Sizes(
    1,
    240,
    480,
    240,
    720,
    4,
    24,
    512,
    200,
    2,
    240,
    24,
    Looks(20, 30, 20, 60),
    200,
    0.5,
    ("rest", "joining"),
    Stock(20, 200),
    Alive(8, 40, 1, 4, 8, 4),
    listed=120,
    log=Publishing(4, 60, 1.0, 20.0, 600, 5),
)


def labels(shop: Shop, size: Sizes) -> Iterator[Figure]:
    """Whole labels on one core, read-back sampled, against the floor and against the other ways."""
    with on_cores(1):
        found = rates(
            [
                Contender("labels", lambda: shop.finished(size.labels), size.labels),
                _signing(shop, size),
                Contender("naive", lambda: naive(shop, size.naive), size.naive),
                Contender("zxing_reportlab", lambda: zxing_reportlab(shop, size.zxing), size.zxing),
            ],
            size.rounds,
        )
    yield Figure("labels_over_signing", over(found, "labels", "signing"), "ratio", "raw Ed25519 signatures/s")
    yield Figure("labels_over_naive", over(found, "labels", "naive"), "ratio", "qrcode + Pillow + reportlab labels/s")
    yield Figure(
        "labels_over_zxing_reportlab",
        over(found, "labels", "zxing_reportlab"),
        "ratio",
        "zxing-cpp + reportlab labels/s",
    )
    for name in found:
        unit = "signatures/s" if name == "signing" else "labels/s"
        yield Figure("labels_per_s" if name == "labels" else f"{name}_per_s", statistics.median(found[name]), unit)


def _signing(shop: Shop, size: Sizes) -> Contender:
    sign, message = shop.key._signer._private.sign, CONTEXT + b"\0" * 15

    def work() -> None:
        for _ in range(size.signatures):
            sign(message)

    return Contender("signing", work, size.signatures)


def symbols(shop: Shop, size: Sizes) -> Iterator[Figure]:
    """Symbols alone, on one core."""
    tokens = shop.codes(size.symbols).tokens(0, size.symbols)
    codes = [digits for _, digits in shop.codes(max(2, size.zxing // 2))]
    few = codes[: max(2, size.naive // 2)]
    with on_cores(1):
        found = rates(
            [
                Contender("symbols", lambda: packed_symbols(PREFIX, tokens), len(tokens)),
                Contender("zxing", lambda: [zxing(PREFIX + code) for code in codes], len(codes)),
                Contender("segno", lambda: [by_segno(code) for code in few], len(few)),
                Contender("qrcode", lambda: [modules(PREFIX, code) for code in few], len(few)),
            ],
            size.rounds,
        )
    for peer, called in (("zxing", "zxing-cpp create_barcode"), ("segno", "segno"), ("qrcode", "qrcode")):
        yield Figure(f"symbols_over_{peer}", over(found, "symbols", peer), "ratio", f"{called} symbols/s")
    yield Figure("symbols_per_s", statistics.median(found["symbols"]), "symbols/s")


def two_cores(shop: Shop, size: Sizes) -> Iterator[Figure]:
    """The same run, read back and all, with one core and with two; and what two cores do that have nothing in common."""
    count = size.shared_labels

    def with_cores(cores: int) -> Callable[[], None]:
        def work() -> None:
            with on_cores(cores):
                shop.finished(count)

        return work

    alone = Contender("apart", lambda: _apart(shop, count // 2), count // 2 * 2)
    found = rates([*(Contender(str(n), with_cores(n), count) for n in (1, 2)), alone], size.rounds)
    yield Figure("two_core_speedup", over(found, "2", "1"), "ratio", "the same on one core")
    yield Figure(
        "two_core_ceiling", over(found, "apart", "1"), "ratio", "one run on one core: two runs that share nothing"
    )


def _apart(shop: Shop, count: int) -> None:
    """Two runs at once, each in a process, on a core and in a folder of its own."""
    runs = [fork().Process(target=_on_one, args=(shop, core, count)) for core in sorted(os.sched_getaffinity(0))[-2:]]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    if any(run.exitcode for run in runs):
        raise RuntimeError("a run on one core failed")


def _on_one(shop: Shop, core: int, count: int) -> None:
    os.sched_setaffinity(0, {core})
    with tempfile.TemporaryDirectory(dir=shop.folder) as folder:
        replace(shop, folder=Path(folder)).finished(count)


def read_back(shop: Shop, size: Sizes) -> Iterator[Figure]:
    """Every symbol of a sheet read again at 203 dpi, on one core; and how large the file is."""
    count = size.read_pages * PER_PAGE
    with on_cores(1):
        shop.written(count)
        found = rates([Contender("read", lambda: shop.read(count), count)], size.rounds)
    yield Figure("readback_labels_per_s", statistics.median(found["read"]), "labels/s")
    yield Figure("bytes_per_label", shop.written(size.few_labels).bytes / size.few_labels, "bytes")


def memory(shop: Shop, size: Sizes) -> Iterator[Figure]:
    """How much more memory a large run takes at its height than a small one, each in a process of its own."""
    small, large = _peak_mb(size.few_labels), _peak_mb(size.many_labels)
    yield Figure("rss_growth_mb", large - small, "MB")


def _peak_mb(count: int) -> float:
    command = [sys.executable, "-m", f"{__package__}.peak", str(count)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout))


BENCHES: dict[str, Callable[[Shop, Sizes], Iterator[Figure]]] = {
    "labels": labels,
    "symbols": symbols,
    "two_cores": two_cores,
    "memory": memory,
    "read_back": read_back,
    "tracing": lambda shop, size: tracing(size.chained, size.recalled, size.rounds),
    "lookups": lambda shop, size: lookups(shop.folder, size.looks, size.rounds),
    "attacked": lambda shop, size: attacking(size.attacked_seconds, size.attacks, size.attacked_stock),
    "alive": lambda shop, size: alive(shop.folder, size.alive),
    "progress": lambda shop, size: progressing(size.certificates, size.rounds),
    "log": lambda shop, size: publishing(size.log, size.rounds),
    "lists": lambda shop, size: listing(size.listed, size.rounds),
}


def run(names: list[str], size: Sizes) -> Iterator[Figure]:
    """The figures of the benches asked for, or of all."""
    for name in names or BENCHES:
        with tempfile.TemporaryDirectory() as folder:
            yield from BENCHES[name](Shop.opened(Path(folder)), size)
