"""The signer as a process of its own: the service issues and prints without a private key, and is refused what is too much."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from world import Sold, World
from yipin.cli import main
from yipin.codes.signers import FileSigner
from yipin.codes.signing import CONTEXT
from yipin.errors import Unavailable
from yipin.installation.installation import Installation
from yipin.signer import wire
from yipin.signer.client import SocketSigner
from yipin.signer.limits import Limits
from yipin.signer.server import Signatures

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
NOW = datetime(2026, 7, 20, 3, 0, tzinfo=UTC)


@contextmanager
def running(keys: Path, path: Path, *options: str) -> Iterator[int]:
    """`yipin signer` in a process of its own, ready; forked, which spares the time of a start. Killed in the end."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            main(words(keys, path, *options), standalone_mode=False)
        os._exit(1)
    try:
        while not answers(path):
            time.sleep(0.005)
        yield child
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def words(keys: Path, path: Path, *options: str) -> list[str]:
    return ["signer", "--keys", str(keys), "--socket", str(path), *options]


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(path)) == 0


@pytest.fixture
def apart(world: World, sold: Sold, tmp_path: Path) -> tuple[World, Path, Path]:
    """The world with its private keys taken away to a folder of the signer's, and the socket."""
    keys, path = tmp_path / "signer", tmp_path / "signer.sock"
    keys.mkdir(mode=0o700)
    for each in world.settings.keys.glob("code-*.pem"):
        each.rename(keys / each.name)
    settings = replace(world.settings, signer=str(path))
    return World(settings, Installation.open(settings), world.db), keys, path


def test_the_service_has_no_key_and_its_codes_are_the_same_and_a_killed_signer_leaves_nothing_half_done(
    apart: tuple[World, Path, Path], sold: Sold
) -> None:
    served, keys, path = apart
    assert not list(served.settings.keys.glob("code-*.pem"))
    with pytest.raises(Unavailable, match="没有应答"):
        served.codes(sold.codes)
    with running(keys, path) as child:
        assert served.codes(sold.codes) == sold.digits  # byte for byte what the file's key signed
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with pytest.raises(Unavailable, match="没有应答"):
            served.codes(sold.codes)
    with running(keys, path):  # the socket that the killed one left is taken over
        assert served.codes(sold.codes) == sold.digits


def test_another_signer_at_the_same_socket_and_another_user_are_refused(
    apart: tuple[World, Path, Path], sold: Sold
) -> None:
    served, keys, path = apart
    with running(keys, path, "--user", "nobody"):
        with pytest.raises(Unavailable, match="拒绝签名：用户"):
            served.codes(sold.codes)
        second = CliRunner().invoke(main, words(keys, path))
        assert second.exit_code == 1 and "已有签名进程" in second.output


def test_beyond_the_days_limit_nothing_is_signed_and_a_restart_gives_no_second_day(
    apart: tuple[World, Path, Path], sold: Sold
) -> None:
    served, keys, path = apart
    for _ in range(2):
        with running(keys, path, "--a-day", str(len(sold.digits) + 1)):
            if not (keys / "signed.json").exists():
                assert served.codes(sold.codes) == sold.digits
            with pytest.raises(Unavailable, match="每天"):
                served.codes(sold.codes)


@pytest.fixture
def signatures(tmp_path: Path, kind: str) -> Signatures:
    key = FileSigner(Ed25519PrivateKey.from_private_bytes(b"k" * 32))
    return Signatures({1: key}, Limits(tmp_path, 10, 15, lambda: NOW), frozenset([7]))


def test_only_payloads_of_codes_are_signed_by_a_key_that_is_there_for_a_user_who_may(signatures: Signatures) -> None:
    payload = bytes(range(15))
    said = signatures.answer(7, wire.question(1, [payload]))
    assert said == wire.SIGNED + signatures.keys[1].sign([CONTEXT + payload])[0]
    for user, number in ((8, 1), (7, 2)):
        assert signatures.answer(user, wire.question(number, [payload])).startswith(wire.REFUSED)
    for odd in (b"\1", b"\1" + bytes(14), b"\1" + bytes(16)):
        with pytest.raises(wire.Broken):
            signatures.answer(7, odd)


def test_a_minute_and_a_day_have_their_limits_and_a_clock_that_was_put_back_gives_no_new_day(
    tmp_path: Path, kind: str
) -> None:
    moment = [NOW]
    limits = Limits(tmp_path, 10, 15, lambda: moment[0])
    steps: list[tuple[timedelta, int, bool]] = [
        (timedelta(0), 10, True),
        (timedelta(seconds=59), 1, False),
        (timedelta(seconds=60), 6, False),  # the day's
        (timedelta(seconds=60), 5, True),
        (timedelta(days=-3), 1, False),
        (timedelta(days=1), 10, True),
    ]
    for after, count, is_taken in steps:
        moment[0] = NOW + after
        assert taken(limits, count) is is_taken, (after, count)


def taken(limits: Limits, count: int) -> bool:
    try:
        limits.take(count)
    except Unavailable:
        return False
    return True


@pytest.mark.parametrize("said", [b"", b"\0\0\0\5\0abc", b"\xff\xff\xff\xff", b"\0\0\0\3\0ab", b"\0\0\0\0"])
def test_a_signer_that_breaks_off_or_talks_nonsense_gives_a_clear_error(tmp_path: Path, said: bytes, kind: str) -> None:
    path = tmp_path / "odd.sock"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen()
        child = os.fork()
        if child == 0:
            line, _ = door.accept()
            wire.receive(line)
            line.sendall(said)
            os._exit(0)
        with pytest.raises(Unavailable, match="签名进程"):
            SocketSigner(path, 1, b"k" * 32).sign([CONTEXT + bytes(15)])
        os.waitpid(child, 0)
