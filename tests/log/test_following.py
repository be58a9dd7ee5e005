"""The monitor holds every row that an act is about against what the acts say: certificates, codes, voids, reports, rewards, key lists."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from world import Sold, World
from world.certificates import enter
from world.logged import administrator, append, differences, found, public
from world.rooted import listed, private_roots
from yipin import clock
from yipin.access.actor import Actor
from yipin.certification import claims
from yipin.commitment import certificates
from yipin.indicators import reports, rewards
from yipin.keylists import adoption
from yipin.models import Batch, Certification
from yipin.printing import runs

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def bureau(world: World, sold: Sold, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A record with a row of each subject, all of it in the log."""
    green = enter(world, "ama", "green", "2024-01-01", until="2026-12-31")
    policy = world.installation.policy
    with world.db.write.begin() as session:
        for candidate in rewards.candidates(session, world.chen, policy)["green-organic-gi"]:
            rewards.decide(
                session, world.chen, policy, candidate, outcome="granted", amount="5000.5", reason="首次获证"
            )
    old = enter(world, "ben", "organic", "2024-01-01", until="2026-12-31")
    with world.db.write.begin() as session:
        batch = session.get_one(Batch, sold.batch.id)
        reports.freeze(session, world.chen, policy, "2026-07-20")
        claims.end(
            session, world.chen, session.get_one(Certification, old.id), how="revoked", on="2026-07-01", reason="撤销"
        )
        papers = [
            certificates.issue(session, world.ama, policy, batch, certificates.CommitmentForm("1", ["control"], key))
            for key in ("a", "b")
        ]
        certificates.void(session, world.ama, papers[1], "填错了")
        runs.void_units(session, world.ama, batch, "2", "打坏了")
    roots = private_roots(tmp_path_factory.mktemp("roots"), "zhang", "li", "wang")
    new = listed(world.installation.keys, roots, clock.now())
    with world.db.write.begin() as session:
        adoption.adopt(session, Actor("root", clock.now()), world.installation, new)
    append(world)
    assert found(world) == [] and green.id
    yield world


FALSIFIED = {
    "a certificate is no longer verified": (
        "UPDATE certifications SET state = 'declared', verified_at = NULL WHERE id = 1",
        r"证书 1 .*按日志应是 green .* verified",
    ),
    "a certificate holds longer": (
        "UPDATE certifications SET valid_to = '2030-12-31' WHERE id = 1",
        r"证书 1 .*2030-12-31",
    ),
    "a certificate has another number": ("UPDATE certifications SET number = 'X' WHERE id = 1", r"证书 1 .* green X "),
    "a certificate that ended is in force": (
        "UPDATE certifications SET ended_on = NULL, ended_how = NULL WHERE id = 2",
        r"证书 2 .* revoked 2026-07-01",
    ),
    "a certificate ended on another day": (
        "UPDATE certifications SET ended_on = '2026-01-01' WHERE id = 2",
        r"证书 2 .*revoked 2026-01-01，",
    ),
    "a certificate is gone": ("DELETE FROM certifications WHERE id = 1", "证书 1 .*登记库里没有"),
    "a certificate that nobody declared": (
        "INSERT INTO certifications (scheme, number, holder, producer_id, county, granted_on, valid_from, state, declared_at,"
        " verified_at) SELECT scheme, 'Y', holder, producer_id, county, granted_on, valid_from, state, declared_at, verified_at"
        " FROM certifications WHERE id = 1",
        "certifications 的第 3 行没有任何事件",
    ),
    "more codes": ("UPDATE code_ranges SET count = count + 5", "赋码 .*按日志应是"),
    "a range is gone": ("DELETE FROM code_ranges", "赋码 .*登记库里没有"),
    "a void label is good again": ("DELETE FROM void_units", "作废的标签 .* 2 在登记库里是 登记库里没有"),
    "another label is void": ("UPDATE void_units SET ordinal = 2", "作废的标签 .* 3 .*日志里没有"),
    "a commitment is valid again": (
        "UPDATE commitment_certificates SET voided_at = NULL, void_reason = NULL",
        "承诺达标合格证 .* valid，按日志应是 .* void",
    ),
    "a commitment is gone": (
        "DELETE FROM commitment_certificates WHERE voided_at IS NULL",
        "承诺达标合格证 .*登记库里没有",
    ),
    "a report says something else": ("UPDATE reports SET content = replace(content, '1', '2')", "报告 2026Q3 1 "),
    "a reward is larger": ("UPDATE reward_decisions SET amount = amount * 10", r"奖励决定 1 .* 50005\.00，.* 5000\.50"),
    "a key list is another": ("UPDATE fingerprints SET mark = 'x' WHERE name = 'list 1'", "密钥公告 1 .* x，"),
    "a batch is gone": ("DELETE FROM batches", "批次 .*登记库里没有"),
    "an account that nobody made": (
        "INSERT INTO accounts (login, login_normal, name, role, password_hash, epoch, created_at) SELECT 'eve', 'eve', name, role,"
        " password_hash, epoch, created_at FROM accounts LIMIT 1",
        "accounts 的第 .* 行没有任何事件",
    ),
}


@pytest.mark.parametrize("how", FALSIFIED)
def test_a_row_that_its_acts_do_not_bear_out_is_named(bureau: World, how: str) -> None:
    statement, words = FALSIFIED[how]
    with administrator(bureau) as session:
        session.execute(sa.text(statement))
        told = [str(each.what) for each in differences(public(bureau), session)]
    assert any(re.search(words, each) for each in told), told
