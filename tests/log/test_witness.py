"""A witness answers as c2sp.org/tlog-witness says, over HTTP, and never signs two histories of one log."""

import http.client
import socket
import stat
import threading
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from world import trees
from yipin.cli import main
from yipin.errors import Conflict, Unavailable
from yipin.log import note, witness, witness_server
from yipin.log.checkpoint import Checkpoint
from yipin.log.merkle import EMPTY_ROOT, consistency
from yipin.log.note import Kind, Note, Signer, Verifier
from yipin.log.trust import Trust
from yipin.log.witness import Fork, Request, Witness
from yipin.log.witness_server import Server

ORIGIN = "yipin.example/log"
KEYS = [Signer(ORIGIN, kind, bytes([kind]) * 32) for kind in (Kind.ED25519, Kind.ML_DSA_44)]
STRANGER = Signer(ORIGIN, Kind.ED25519, b"s" * 32)


def checkpoint(size, root=None, origin=ORIGIN, signers=KEYS):
    return note.signed(Checkpoint(origin, size, root or trees.root(0, size)).text(), signers, 1_700_000_000)


def asked(old, new, proof=None, **told):
    path = consistency(old, new, trees.node) if proof is None and old <= new else proof or []
    return bytes(Request(old, tuple(path), checkpoint(new, **told)))


@contextmanager
def running(folder, seconds=30.0):
    server = Server(("127.0.0.1", 0), Witness(folder), seconds)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        server.witness.close()


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "witness"
    witness.found(place, "witness.example/1")
    witness.follow(place, ORIGIN, [key.verifier for key in KEYS])
    return place


class Caller:
    """A log's side of one connection that stays open."""

    def __init__(self, server):
        self.line = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)

    def post(self, body, path="/add-checkpoint"):
        return self.ask("POST", path, body)

    def __enter__(self):
        return self

    def __exit__(self, *gone):
        self.line.close()

    def ask(self, method, path, body=None):
        self.line.request(method, path, body)
        answer = self.line.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read()


def witness_keys(folder):
    return [signer.verifier for signer in witness.keys_of(folder)]


def test_each_case_has_the_status_of_the_specification(folder):
    with running(folder) as server, Caller(server) as log:
        status, kind, lines = log.post(asked(0, 5))
        assert (status, kind) == (200, "text/plain; charset=utf-8")
        cosigned = note.parse(bytes(checkpoint(5)) + lines)
        trusted = Trust(ORIGIN, tuple(key.verifier for key in KEYS), tuple(witness_keys(folder)), 1).check(cosigned)
        assert (trusted.checkpoint.size, len(trusted.witnesses)) == (5, 2) and all(one.at for one in trusted.witnesses)

        assert log.post(asked(5, 9))[0] == 200
        assert log.post(asked(9, 9))[0] == 200
        for body, status in [
            (asked(9, 12, origin="other.example/log"), 404),
            (asked(9, 12, signers=[STRANGER]), 403),
            (forged(9, 12), 403),
            (asked(9, 8), 400),
            (b"", 400),
            (b"old 9\n", 400),
            (asked(9, 12).replace(b"old 9", b"old 09"), 400),
            (asked(9, 12).replace(b"\xe2\x80\x94", b"-"), 400),
            (asked(9, 12, proof=[EMPTY_ROOT] * 64), 400),
            (asked(9, 12, proof=[EMPTY_ROOT] * 3), 422),
            (asked(9, 12, proof=[]), 422),
            (asked(9, 9, root=trees.root(0, 8)), 422),
            (asked(9, 9, proof=[EMPTY_ROOT]), 422),
        ]:
            assert log.post(body)[0] == status, (status, body[:80])
        for old in (0, 5, 11):
            assert log.post(asked(old, 12)) == (409, "text/x.tlog.size", b"9\n")
        assert log.post(asked(9, 12), path="/elsewhere")[0] == 404
        assert log.post(asked(9, 12))[0] == 200


def forged(old, new):
    """One good signature, and one that says to be the log's other key and is not."""
    good = checkpoint(new)
    bad = good.signatures[0].__class__(ORIGIN, KEYS[0].verifier.key_id, STRANGER.sign(good.text).raw)
    return bytes(Request(old, tuple(consistency(old, new, trees.node)), Note(good.text, (bad, good.signatures[1]))))


def test_anybody_reads_what_was_seen_last(folder):
    path = f"/{witness.digest(ORIGIN)}/checkpoint"
    with running(folder) as server, Caller(server) as reader:
        assert reader.ask("GET", path)[0] == 404
        assert reader.post(asked(0, 5))[0] == 200
        status, _, content = reader.ask("GET", path)
        assert status == 200 and len(note.parse(content).check(witness_keys(folder))) == 2
        for odd in ["/", "/keys", "/../keys", f"/{witness.digest('x')}/checkpoint", f"/{witness.digest(ORIGIN)}/log"]:
            assert reader.ask("GET", odd)[0] == 404


def test_the_second_of_two_histories_is_refused_over_restarts_too(folder):
    first = Witness(folder)
    first.add_checkpoint(asked(0, 5), 1)
    first.close()
    other = trees.root(1, 8)  # seven other leaves
    again = Witness(folder)
    for proof in [consistency(5, 7, trees.node), [], [trees.root(0, 5)]]:
        with pytest.raises(Fork):
            again.add_checkpoint(asked(5, 7, proof=proof, root=other), 2)
    assert note.parse(again.last(witness.digest(ORIGIN))).text == checkpoint(5).text
    again.close()


def test_a_new_log_may_only_begin_as_an_empty_one_or_as_it_is(folder):
    one = Witness(folder)
    with pytest.raises(Fork):
        one.add_checkpoint(asked(0, 0, root=trees.root(0, 1)), 1)
    one.add_checkpoint(asked(0, 0), 1)
    one.add_checkpoint(asked(0, 3), 1)
    one.close()


class Killed(BaseException):
    """In the place of a kill."""


@pytest.mark.parametrize("moment", ["before it is on the disk", "before the answer"])
def test_killed_at_any_moment_a_witness_contradicts_nothing_that_it_signed(folder, moment, monkeypatch):
    write = witness.write_whole

    def killed(*told, **more):
        if moment == "before the answer":
            write(*told, **more)
        raise Killed

    one = Witness(folder)
    one.add_checkpoint(asked(0, 5), 1)
    monkeypatch.setattr(witness, "write_whole", killed)
    with pytest.raises(Killed):
        one.add_checkpoint(asked(5, 9), 2)
    monkeypatch.undo()
    one.close()

    again = Witness(folder)
    kept = Checkpoint.parse(note.parse(again.last(witness.digest(ORIGIN))).text)
    assert kept == Checkpoint(
        ORIGIN, *((9, trees.root(0, 9)) if moment == "before the answer" else (5, trees.root(0, 5)))
    )
    with pytest.raises(Fork):  # no other tree of nine, whether or not the signature got out
        again.add_checkpoint(asked(kept.size, 9, root=trees.root(1, 10)), 3)
    assert again.add_checkpoint(asked(kept.size, 9), 3)
    again.close()


def test_of_many_at_once_one_history_is_signed(folder):
    one, answers = Witness(folder), []

    def ask(new):
        try:
            answers.append((new, one.add_checkpoint(asked(0, new), 1)))
        except witness.Elsewhere:
            pass

    threads = [threading.Thread(target=ask, args=(new,)) for new in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 1
    assert Checkpoint.parse(note.parse(one.last(witness.digest(ORIGIN))).text).size == answers[0][0]
    one.close()


def test_large_and_slow_requests_are_cut_off(folder):
    with running(folder, seconds=0.2) as server:
        for headers, status in [(f"Content-Length: {witness_server.LARGEST + 1}", b"413"), ("X: y", b"411")]:
            with socket.create_connection(server.server_address, timeout=5) as line:
                line.sendall(f"POST /add-checkpoint HTTP/1.1\r\n{headers}\r\n\r\n".encode())
                assert line.recv(100).split()[1] == status
        with socket.create_connection(server.server_address, timeout=5) as line:
            line.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9\r\n\r\nold")
            assert b"200" not in line.recv(1000) and line.recv(1000) == b""


def test_one_process_uses_a_folder_and_its_keys_are_its_own(folder):
    one = Witness(folder)
    with pytest.raises(Unavailable, match="已经在运行"):
        Witness(folder)
    one.close()
    Witness(folder).close()
    assert stat.S_IMODE((folder / "keys").stat().st_mode) == 0o600
    before = (folder / "keys").read_bytes()
    with pytest.raises(Conflict):
        witness.found(folder, "witness.example/2")
    assert (folder / "keys").read_bytes() == before


def test_the_commands_make_a_witness_and_tell_its_public_keys(tmp_path):
    def run(*words):
        return CliRunner().invoke(main, ["witness", *words])

    place = str(tmp_path / "w")
    assert run("follow", "--folder", place, ORIGIN, KEYS[0].verifier.vkey).exit_code == 1  # no keys yet
    made = run("new", "--folder", place, "witness.example/1").output
    assert run("follow", "--folder", place, ORIGIN, *(key.verifier.vkey for key in KEYS)).exit_code == 0
    shown = run("show", "--folder", place).output.splitlines()
    assert [Verifier.from_vkey(line) for line in shown] == witness_keys(tmp_path / "w") and shown == made.splitlines()[
        :2
    ]
    assert "PRIVATE" not in made
