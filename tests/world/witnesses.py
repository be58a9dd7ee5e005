"""Witnesses of a log in a test: real servers with a folder of their own, and such as answer what they should not."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from world import World
from yipin.log import keys, witness
from yipin.log.note import Verifier
from yipin.log.witness import Witness
from yipin.log.witness_server import Server
from yipin.log.witnessing import Witnessing


@dataclass(frozen=True)
class Office:
    """Another office with a witness in a folder; `url` is where it is asked."""

    word: str
    folder: Path
    url: str

    @property
    def keys(self) -> list[Verifier]:
        return [signer.verifier for signer in witness.keys_of(self.folder)]

    @property
    def name(self) -> str:
        return self.keys[0].name


def found(world: World, word: str, url: str = "") -> Office:
    """Make the witness of an office that follows our log."""
    folder = world.settings.data / word
    witness.found(folder, f"{word}.example/1")
    ours = keys.signers(world.settings)
    witness.follow(folder, keys.origin(world.settings), [each.verifier for each in ours])
    return Office(word, folder, url)


@contextmanager
def running(world: World, *words: str) -> Iterator[list[Office]]:
    """Offices whose witnesses answer while the block runs."""
    offices, servers = [], []
    for word in words:
        office = found(world, word)
        server = Server(("127.0.0.1", 0), Witness(office.folder))
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        offices.append(Office(word, office.folder, f"http://127.0.0.1:{server.server_address[1]}/"))
    try:
        yield offices
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
            server.witness.close()


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """The address of a server that answers every request with these bytes; None: it is silent until the other side gives up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer, args=(server, answer), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _answer(server: socket.socket, answer: bytes | None) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with line, suppress(OSError):  # the other side may have had enough
            line.recv(1 << 20)
            if answer is not None:
                line.sendall(answer)
            while line.recv(1 << 20):
                pass


def http(status: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


def policy(world: World, offices: Sequence[Office], least: int) -> None:
    """Name these offices in the installation's policy, of which so many must have signed."""
    lines = []
    for office in offices:
        words = [office.word, f"{office.word}/2"]
        lines += [f"witness {word} {key.vkey} {office.url}" for word, key in zip(words, office.keys, strict=True)]
        lines.append(f"group {office.word}. any {' '.join(words)}")
    lines += [f"group enough {least} {' '.join(f'{office.word}.' for office in offices)}", "quorum enough"]
    world.settings.log_policy.write_text("\n".join(lines) + "\n", "utf-8")


def asked(world: World, patience: float = 5.0) -> Witnessing:
    """Ask all witnesses once, and wait for their answers."""
    asking = Witnessing(world.db, world.settings, patience)
    asking.look()
    assert asking.wait(patience + 5)
    return asking
