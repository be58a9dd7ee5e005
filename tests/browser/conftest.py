"""A served system and a real browser. The server is the one people run, on a port of its own; it is forked, and not started
anew, because that costs five seconds of processor time for each file of tests."""

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from world import nursery, together

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
# Chromium in a closed network: no sandbox as root, and nothing that calls home at start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (390, 1280)
STARTED = 120  # seconds in which the service answers, also on a busy machine
expect.set_options(timeout=20_000)  # ms; nothing is waited for that is there already


def chromium() -> str:
    """The browser of this machine."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("no chromium: run scripts/test, which installs it, or install the package chromium")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield found
        found.close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Served:
    """A running service: its data directory and address (ending in /)."""

    data: Path
    url: str

    def yipin(self, *words: str, typed: str = "") -> str:
        return nursery.said(*words, "--data", str(self.data), typed=typed)


@contextmanager
def serving(data: Path, port: int) -> Iterator[None]:
    """The service, and the workers for its jobs, while the block runs."""
    log, of = data / "serve.log", ("--data", str(data))
    service = ("serve", *of, "--port", str(port), "--workers", "1", "--no-jobs")
    begun = [nursery.begin(nursery.command, *words, log=log) for words in (service, ("work", *of))]
    try:
        _await(port, begun, log)
        yield
    finally:
        for process in begun:
            process.terminate()
        for process in begun:
            _end(process)


def _await(port: int, begun: list[nursery.Begun], log: Path) -> None:
    until = time.monotonic() + STARTED
    while time.monotonic() < until and all(process.poll() is None for process in begun):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def _end(process: nursery.Begun) -> None:
    """Wait for a process that was asked to end, and kill one that does not."""
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A founded, empty service: no producer yet."""
    data, port = tmp_path_factory.mktemp("fresh") / "data", free_port()
    yield from _service(data, port, ["init", "--base-url", f"http://127.0.0.1:{port}/"], ["key", "new"])


@pytest.fixture(scope="session")
def filled(worker_id: str) -> tuple[Path, int]:
    """The data directory of the demonstration, made once for all files of a worker, and the port that its codes name."""
    data, port = together.once(f"demonstration-{worker_id}", _filled)
    return data, int(port)


def _filled(data: Path) -> str:
    port = free_port()
    nursery.said("demo", "--units", "3", "--base-url", f"http://127.0.0.1:{port}/", "--data", str(data))
    return str(port)


@pytest.fixture(scope="module")
def demo(filled: tuple[Path, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration, served; each file of tests has its own copy."""
    kept, port = filled
    data = tmp_path_factory.mktemp("demo") / "data"
    shutil.copytree(kept, data)
    nursery.said("recover", "--moved", "--yes", "--data", str(data))  # a copy issues nothing before somebody says so
    yield from _service(data, port)


def _service(data: Path, port: int, *commands: list[str]) -> Iterator[Served]:
    for words in commands:
        nursery.said(*words, "--data", str(data))
    with serving(data, port):
        yield Served(data, f"http://127.0.0.1:{port}/")


@pytest.fixture(scope="module")
def label(demo: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first label of the first batch, as a photograph of it."""
    with pdfium.PdfDocument(
        json.loads((demo.data / "demo.json").read_text("utf-8"))["batches"][0]["label_files"][0]
    ) as document:
        sheet = document[0].render(scale=4).to_pil().convert("RGB")
    corner = zxingcpp.read_barcodes(sheet)[0].position.bottom_right
    seen = sheet.crop((0, 0, corner.x + 60, corner.y + 60)).resize((1280, 720))
    path = tmp_path_factory.mktemp("label") / "label.jpg"
    seen.save(path, quality=90)
    return path


@pytest.fixture
def phone(browser: Browser, label: Path, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose camera looks at the label."""
    film = tmp_path / "label.mjpeg"
    film.write_bytes(label.read_bytes() * 3)
    camera = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    film_flag = f"--use-file-for-fake-video-capture={film}"
    found = browser.browser_type.launch(executable_path=chromium(), args=[*FLAGS, *camera, film_flag])
    yield found
    found.close()


Opener = Callable[..., BrowserContext]


@pytest.fixture
def window(browser: Browser) -> Iterator[Opener]:
    """Open a window of a given width; all are closed at the end."""
    opened: list[BrowserContext] = []

    def open_window(width: int = 390, **options: object) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, locale="zh-CN", reduced_motion="reduce", **options
        )  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        opened.append(context)
        return context

    try:
        yield open_window
    finally:
        for context in opened:
            context.close()


def sign_in(page: Page, url: str, login: str, password: str) -> None:
    page.goto(f"{url}login")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page as a test artefact."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=str(ARTEFACTS / f"{name}.png"), full_page=True)


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds, by every rule; nothing on a page that all can use."""
    found = Axe().run(page)
    return [f"{page.url}\n{found.generate_report()}"] if found.violations_count else []


def refuse_axe_violations(page: Page) -> None:
    wrong = axe_violations(page)
    assert not wrong, wrong[0]
