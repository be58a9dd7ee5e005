"""What scripts/run must know and say: what listens on the port, whether the data directory is complete, where to look.

_tell.py port HOST PORT DATA          free, ours, other or wrong
_tell.py data DATA                    whole or unfinished
_tell.py moved OLD NEW                corrects the paths in demo.json
_tell.py story HOST PORT DATA [PID]   waits for the service (while PID lives), then tells where to look
"""

import json
import socket
import sys
import time
import urllib.request
from pathlib import Path

import pypdfium2 as pdfium
import zxingcpp

from yipin.demo.summary import BatchSummary, SavedSummary
from yipin.errors import TraceError
from yipin.installation.settings import Settings

PEOPLE = {
    "grower": "the grower of 炎陵黄桃: batches, codes, labels",
    "county": "the officer of 炎陵县: reviews, hold, recall",
    "officer": "the officer of the whole city",
}
WAIT = 60  # seconds for the service to answer
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # to this machine without a proxy


def port(host: str, number: str, data: str) -> str:
    """Whether the port is free, served from this data directory ("ours"), or another program's; or no port at all."""
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 65535):
        return "wrong"
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(3)
        if probe.connect_ex((_near(host), int(number))):
            return "free"
    return "ours" if _answers(_address(host, number), Path(data)) else "other"


def _near(host: str) -> str:
    """How this machine reaches what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _address(host: str, number: str) -> str:
    near = _near(host)
    return f"http://[{near}]:{number}/" if ":" in near else f"http://{near}:{number}/"


def _answers(address: str, data: Path) -> bool:
    """Whether the service answers from this data directory. It then publishes this directory's keys."""
    try:
        with direct.open(address, timeout=5) as home, direct.open(address + "keys.json", timeout=5) as keys:
            return home.status == 200 and json.load(keys) == json.loads((data / "keys/keys.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False


def data(folder: str) -> str:
    """Whether the directory holds a database or names one elsewhere. It is then somebody's record, and must stay."""
    own = Path(folder) / "yipin.db"
    try:
        elsewhere = Settings.load(folder).database_url != f"sqlite:///{own}"
    except TraceError:
        elsewhere = True  # a setting is wrong: the next command says which
    return "whole" if elsewhere or own.exists() else "unfinished"


def moved(old: str, new: str) -> str:
    """Correct the paths in `demo.json` of the directory `old`, which will be moved to `new`."""
    path = Path(old) / "demo.json"
    told = json.loads(path.read_text("utf-8"))
    for batch in told["batches"]:
        batch["label_files"] = [new + name.removeprefix(old) for name in batch["label_files"]]
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2), "utf-8")
    return ""


def story(host: str, number: str, folder: str, pid: str = "") -> str:
    """Wait for the service, then say where to look. Empty when it does not answer, or when process `pid` has ended."""
    address, path = _address(host, number), Path(folder)
    end = time.monotonic() + WAIT
    while not _answers(address, path):
        if time.monotonic() > end or pid and not Path(f"/proc/{pid}").exists():
            return ""
        time.sleep(0.1)
    return "\n".join(_lines(address, path, pid))


def _lines(address: str, path: Path, pid: str) -> list[str]:
    told = json.loads((path / "demo.json").read_text("utf-8")) if (path / "demo.json").exists() else None
    lines = ["", f"一品一码 已启动 · running on {address}", "", f"  Look     {address}"]
    lines += (
        _demonstration(address, told)
        if told
        else [f"  Log in   {address}login    ({path} holds no demo.json; accounts: .venv/bin/yipin account add)"]
    )
    lines += [
        f"  Stop     Ctrl-C{f', or kill {pid}' if pid else ' where it runs'}. Everything stays in {path}"
        " (back it up: docs/install.md);",
        "           scripts/run starts it again.",
        "",
    ]
    return lines


def _demonstration(address: str, told: SavedSummary) -> list[str]:
    base = told["base_url"]
    on_sale = next(batch for batch in told["batches"] if batch["state"] == "on_sale")
    recalled = next(batch for batch in told["batches"] if batch["state"] == "recalled")
    lines = [f"  Log in   {address}login"]
    passwords = {one["login"]: one["password"] for one in told["accounts"]}
    lines += [f"             {login:<9}{passwords[login]}   {who}" for login, who in PEOPLE.items()]
    lines += [
        f"  Labels   {on_sale['label_files'][0]}    print it, or open it, and scan a square",
        f"  A pack   {_first_pack(on_sale, base, address)}",
        f"  Recalled {_first_pack(recalled, base, address)}",
    ]
    if base != address:
        lines.append(f"  Note     the labels carry {base}, fixed at the first run; a phone that scans one goes there.")
    return lines


def _first_pack(batch: BatchSummary, base: str, address: str) -> str:
    """What a phone reads from the first square of the batch's sheet, on the address served now."""
    try:
        with pdfium.PdfDocument(batch["label_files"][0]) as document:
            found = zxingcpp.read_barcodes(document[0].render(scale=203 / 72).to_pil())
    except (pdfium.PdfiumError, OSError):
        found = []
    texts = [one.text for one in found if one.text.startswith(base)]
    return address + texts[0].removeprefix(base) if texts else f"{address}b/{batch['id_number']}"


if __name__ == "__main__":
    task = {"port": port, "data": data, "moved": moved, "story": story}[sys.argv[1]]
    print(task(*sys.argv[2:]), flush=True)
