"""The bench runs, at a size at which its figures mean nothing, so that it is there when it is wanted."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bench import benches, progressing, tracing

ROOT = Path(__file__).parents[1]
FIGURES = {
    "labels": {
        "labels_over_signing",
        "labels_over_naive",
        "labels_over_zxing_reportlab",
        "labels_per_s",
        "signing_per_s",
        "naive_per_s",
        "zxing_reportlab_per_s",
    },
    "symbols": {"symbols_over_zxing", "symbols_over_segno", "symbols_over_qrcode", "symbols_per_s"},
    "two_cores": {"two_core_speedup", "two_core_ceiling"},
    "memory": {"rss_growth_mb"},
    "read_back": {"readback_labels_per_s", "bytes_per_label"},
    "tracing": {"trace_ms_sqlite", "trace_ms_postgresql", "recall_ms_sqlite", "recall_ms_postgresql"},
    "lookups": {
        "lookup_over_hello",
        "lookup_over_hello_cpu",
        "lookup_growth",
        "lookup_per_s",
        "hello_per_s",
        "client_share",
        "lookup_first_ms",
    },
    "attacked": {
        "attacked_rest_p99_ms_sqlite",
        "attacked_joining_p99_ms_sqlite",
        "attacked_rest_p99_ms_postgresql",
        "attacked_joining_p99_ms_postgresql",
        "attacked_lost",
        "attacked_mb",
    },
    "alive": {
        f"{name}_{kind}"
        for name in ("lookup_alive", "forms_p99_ms", "lookup_touched_ms")
        for kind in ("sqlite", "postgresql")
    },
    "progress": {"progress_page_ms", "progress_page_again_ms"},
    "log": {
        "log_act_slower",
        "log_act_slower_cpu",
        "log_acts_per_s",
        "log_append_per_s",
        "log_witnessed_s",
        "log_proof_ms",
    },
    "lists": {"list_load"}
    | {
        f"list_{who}_{what}_{kind}"
        for who in ("officer", "grower")
        for what in ("ms", "cpu_ms")
        for kind in ("sqlite", "postgresql")
    },
}
MAY_BE_NOTHING = {
    "rss_growth_mb",
    "lookup_over_hello_cpu",
    "attacked_lost",
}  # the second: too short for the clock of processor time


def bench(*words):
    command = [sys.executable, "-m", "tests.bench", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)


def test_no_bench_is_left_out():
    assert FIGURES.keys() == benches.BENCHES.keys()


# A service under load, or a large record, however quick. For every change the others show that benches run.
LARGE = {"attacked", "alive", "lists", "tracing", "progress", "lookups", "two_cores", "memory"}


@pytest.mark.long
@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=pytest.mark.soak if each in LARGE else []) for each in FIGURES]
)
def test_every_bench_gives_its_figures(name):
    done = bench("--quick", "--json", name)
    assert done.returncode == 0, done.stderr
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    assert {figure["name"] for figure in figures} == FIGURES[name]
    assert all(set(figure) == {"name", "value", "unit", "over"} for figure in figures)
    assert all((figure["unit"] == "ratio") == bool(figure["over"]) for figure in figures)
    assert all(figure["value"] > 0 for figure in figures if figure["name"] not in MAY_BE_NOTHING)


def test_the_whole_bench_is_as_large_as_the_document_says():
    full = benches.FULL
    assert full.rounds >= 5 and full.shared_labels == 100_000
    assert (full.few_labels, full.many_labels) == (10_000, 200_000)
    assert (full.chained, tracing.DEEP, full.recalled) == (100_000, 12, 10_000)
    assert (full.looks.batches, full.looks.batches * full.looks.codes, full.looks.scans) == (20_000, 10**8, 10**6)
    assert (full.certificates, progressing.YEARS, full.listed) == (10_000, 10, 10_000)
    assert (full.log.leaves, full.log.per_second) == (1_000_000, 50) and full.log.seconds >= 20


def test_one_bench_may_be_asked_for_by_name():
    done = bench("--quick", "symbols")
    assert {line.split()[0] for line in done.stdout.splitlines()} == FIGURES["symbols"]


def test_an_unknown_bench_is_refused_by_name():
    done = bench("--quick", "labells")
    assert done.returncode == 2 and "labells" in done.stderr


ROWS = re.findall(
    r"^\| `(\w+)` \| ([\d.,]+) \|.*\| ([≥≤]) ([\d.,]+)", (ROOT / "docs/performance.md").read_text("utf-8"), re.M
)


def test_the_figures_of_the_document_reach_the_targets_beside_them():
    number = {name: float(value.replace(",", "")) for name, value, _, _ in ROWS}
    for name, _, sign, target in ROWS:
        most = float(target.replace(",", ""))
        assert number[name] >= most if sign == "≥" else number[name] <= most, name
    assert len(ROWS) == 21


@pytest.mark.parametrize("name", sorted(set().union(*FIGURES.values())))
def test_the_document_has_every_figure(name):
    assert f"`{name}`" in (ROOT / "docs/performance.md").read_text("utf-8")
