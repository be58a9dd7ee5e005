"""What does not belong together is refused: the record keeps a mark of the installation, of each secret and of each key.

A record under other secrets would call every genuine pack unknown and could open no sealed contact; under another key
list every printed label would be a forgery. Each of these is told in one line, with what to do.
"""

import hashlib
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..codes.keylist import BadKeyList, KeyList
from ..codes.roots.signedlist import SignedList
from ..db.new_rows import add_first
from ..errors import N_, Unavailable
from ..models import CodeRange, Fingerprint
from ..models.fingerprints import INSTALLATION
from .vault import NAMES, Secrets, fingerprint

Marks = Mapping[str, str]
_KEY, _LIST = "key ", "list "

CURES = {
    "session": N_(
        "session.secret 不是这个数据库的那一份；请从备份恢复，或运行 yipin key session 换一个新的（所有人要重新登录）"
    ),
    "units": N_("units.secret 不是这个数据库的那一份，用它查不到任何已印的标签；请从备份恢复 keys/units.secret"),
    "identity": N_(
        "identity.secret 不是这个数据库的那一份，用它打不开封存的证件号和联系方式；请从备份恢复 keys/identity.secret"
    ),
}


def of_secrets(secrets: Secrets) -> dict[str, str]:
    """The marks of the three secrets."""
    return {name: fingerprint(name, getattr(secrets, name)) for name in NAMES}


def of_keys(keys: KeyList) -> dict[str, str]:
    """The marks of all listed keys."""
    return {f"{_KEY}{key.number}": hashlib.sha256(key.public_key).hexdigest() for key in keys.keys}


def of_lists(lists: Sequence[SignedList]) -> dict[str, str]:
    """The marks of the key lists that roots have signed."""
    return {f"{_LIST}{each.number}": each.mark for each in lists}


def kept(session: Session) -> dict[str, str]:
    """All marks that the record keeps; none in a record that no data directory was opened with yet."""
    return {row.name: row.mark for row in session.scalars(sa.select(Fingerprint))}


def known(session: Session) -> dict[str, str]:
    """The marks that must be met again. A key that has signed no code may be lost."""
    signed = {f"{_KEY}{number}" for number in session.scalars(sa.select(CodeRange.key_number).distinct())}
    return {name: mark for name, mark in kept(session).items() if not name.startswith(_KEY) or name in signed}


def known_keys(session: Session) -> dict[str, str]:
    """The marks of the keys that have signed codes."""
    return {name: mark for name, mark in known(session).items() if name.startswith(_KEY)}


def enter(session: Session, marks: Marks) -> None:
    """Keep the marks that need not be met again, or were not known. One that must be is not changed."""
    have = known(session)
    for name in marks.keys() - have.keys():
        row = session.get(Fingerprint, name)
        if row is not None:
            row.mark = marks[name]
        else:
            add_first(session, Fingerprint(name=name, mark=marks[name]))


def refuse_other_record(kept: Marks, own_id: str | None, secrets: Mapping[str, str], address: str) -> None:
    """Raises Unavailable when the record belongs to another installation, or a secret is another one."""
    wrong = [name for name, mark in secrets.items() if kept.get(name, mark) != mark]
    if wrong and len(wrong) == len(secrets) or wrong and own_id and kept.get(INSTALLATION, own_id) != own_id:
        raise Unavailable(
            N_(
                "数据库 %(address)s 属于另一个安装，与这个数据目录的密钥不配套；"
                "请核对 --data 和 YIPIN_DATABASE_URL，或恢复同一次备份里的数据库和 keys 目录"
            ),
            address=address,
        )
    if wrong:
        raise Unavailable(CURES[wrong[0]])
    if own_id and kept.get(INSTALLATION, own_id) != own_id:
        raise Unavailable(N_("installation.json 是另一个安装的；请删去它，下次启动时按数据库里的编号重新写好"))


def refuse_other_keys(kept: Marks, keys: KeyList) -> None:
    """Raises BadKeyList when a key that the record knows is not in the key list, or is another one there."""
    here = of_keys(keys)
    for name in (name for name in kept if name.startswith(_KEY)):
        number = name.removeprefix(_KEY)
        if name not in here:
            raise BadKeyList(
                N_("keys.json 缺少第 %(number)s 号密钥，它签发的标签会全部变成假码；请从备份恢复 keys/keys.json"),
                number=number,
            )
        if here[name] != kept[name]:
            raise BadKeyList(
                N_("keys.json 里的第 %(number)s 号密钥是另一个安装的；请从备份恢复 keys/keys.json 和私钥文件"),
                number=number,
            )


def refuse_other_lists(kept: Marks, lists: Sequence[SignedList]) -> None:
    """Raises BadKeyList when a signed list that the record knows is gone, or is another one: no list goes back."""
    here = of_lists(lists)
    for name in (name for name in kept if name.startswith(_LIST)):
        if here.get(name) != kept[name]:
            raise BadKeyList(
                N_("keys/lists 里缺少第 %(number)s 期密钥公告，或换成了另一份；公告不能退回，请从备份恢复 keys/lists"),
                number=name.removeprefix(_LIST),
            )
