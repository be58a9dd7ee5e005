"""The gate of the listed files: a branch that no test passes is named with its file and its lines."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COVER = ROOT / "scripts/_cover.py"
FILE = "trace/codes/checkdigits.py"


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *map(str, words)], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_the_gate_names_each_listed_file_and_line_that_was_not_passed(tmp_path: Path) -> None:
    settings, measured, script = tmp_path / "measure.ini", tmp_path / "coverage", tmp_path / "script.py"
    settings.write_text(run(COVER, "config", "listed").stdout, "utf-8")
    script.write_text("from yipin.codes import checkdigits\n", "utf-8")
    measuring = run("-m", "coverage", "run", f"--rcfile={settings}", f"--data-file={measured}", script)
    assert measuring.returncode == 0, measuring.stderr
    gate = run(COVER, "gate", measured)
    assert gate.returncode == 1
    missing = next(line for line in gate.stderr.splitlines() if line.startswith(FILE))
    inside = [n for n, line in enumerate((ROOT / FILE).read_text("utf-8").splitlines(), 1) if "return " in line]
    assert [str(n) for n in inside if str(n) not in missing.split(": ")[2].split(", ")] == []
    assert "trace/web/guard.py" in gate.stderr  # not passed at all
