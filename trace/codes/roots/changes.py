"""What a key list changes against the one before it, in plain words, for those who are asked to sign it."""

from collections.abc import Iterator

from ...clock import day_of
from ...errors import N_, Message
from ..keylist import KeyStatus, PublicKey
from .signedlist import SignedList

_ADDED = {
    KeyStatus.ACTIVE: N_("新增第 %(number)s 号密钥，从 %(day)s起可以签发新码"),
    KeyStatus.RETIRED: N_("新增第 %(number)s 号密钥，已停用，只用来核验旧码"),
    KeyStatus.COMPROMISED: N_("新增第 %(number)s 号密钥，已泄露，单凭它的签名什么也不能证明"),
}
_MOVED = {
    KeyStatus.ACTIVE: N_("第 %(number)s 号密钥改回在用"),
    KeyStatus.RETIRED: N_("停用第 %(number)s 号密钥：不再签发新码，以前的码照样能核验"),
    KeyStatus.COMPROMISED: N_("宣布第 %(number)s 号密钥自 %(since)s起泄露：只凭它的签名，码不再算真"),
}


def changes(new: SignedList, last: SignedList | None) -> list[Message]:
    """All that signing the new list would bring about. Only the validity is always told."""
    told = [Message(N_("第 %(number)s 期，有效期到 %(day)s"), {"number": new.number, "day": day_of(new.expires)})]
    return [*told, *_of_keys(new, last), *_of_roots(new, last), *_of_hosts(new, last)]


def _of_keys(new: SignedList, last: SignedList | None) -> Iterator[Message]:
    before = {key.number: key for key in last.keys.keys} if last else {}
    now = {key.number: key for key in new.keys.keys}
    for number, key in now.items():
        old = before.get(number)
        if old is None:
            yield _said(_ADDED[key.status], key)
        elif old.public_key != key.public_key:
            yield _said(N_("第 %(number)s 号密钥被换成另一把！"), key)
        elif (old.status, old.since) != (key.status, key.since):
            yield _said(_MOVED[key.status], key)
        elif old != key:
            yield _said(N_("第 %(number)s 号密钥的起止时间改了"), key)
    for number in sorted(before.keys() - now.keys()):
        yield _said(N_("删去第 %(number)s 号密钥：它签发的码都会变成假码！"), before[number])


def _said(template: str, key: PublicKey) -> Message:
    since = day_of(key.since) if key.since else ""
    return Message(template, {"number": key.number, "day": day_of(key.not_before), "since": since})


def _of_roots(new: SignedList, last: SignedList | None) -> Iterator[Message]:
    before = {str(root): root.name for root in last.roots} if last else {}
    now = {str(root): root.name for root in new.roots}
    for line in (line for line in now if line not in before):
        yield Message(N_("新增根密钥 %(name)s（%(line)s）"), {"name": now[line], "line": line})
    for line in (line for line in before if line not in now):
        yield Message(N_("去掉根密钥 %(name)s：它以后签的不再算数"), {"name": before[line]})


def _of_hosts(new: SignedList, last: SignedList | None) -> Iterator[Message]:
    before, now = set(last.keys.hosts) if last else set(), set(new.keys.hosts)
    for host in sorted(now - before):
        yield Message(N_("新增标签上的网址 %(host)s"), {"host": host})
    for host in sorted(before - now):
        yield Message(N_("去掉标签上的网址 %(host)s：印着它的旧标签会被说成不是发码单位的"), {"host": host})
