"""Opens a data directory together with its record, and refuses what does not belong together.

Every command and every process of the service begins here.
"""

import logging

import sqlalchemy as sa

from .. import schema
from ..codes import keys
from ..codes.keylist import BadKeyList
from ..db import Database
from ..errors import N_, Unavailable
from ..models import Event, Fingerprint
from ..models.fingerprints import INSTALLATION
from . import fingerprints, identity, modes, place, vault
from .identity import Identity
from .installation import Installation
from .settings import Settings
from .vault import Secrets

log = logging.getLogger("yipin.installation")
_WHOSE = f"SELECT mark FROM fingerprints WHERE name = '{INSTALLATION}'"


def opened(settings: Settings) -> tuple[Database, Installation]:
    """The record and the installation, which belong together. The caller disposes of the database.

    Raises Unavailable, with the cure, when something is missing, damaged, readable by others or another installation's.
    The key list is judged when it is first asked for: without it ID numbers can still be looked up.
    """
    identity.refuse_forgotten_address(settings)
    db = Database(settings.database_url, may_be_new=False)
    try:
        schema.check_version(db)
        installation = Installation.open(settings)
        for name in belong(db, installation):
            log.warning("%s was not made by `yipin key new` here; the record knows it from now on", name)
        schema.check_looks(db)  # whose record it is comes first: another's record has other looks
    except BaseException:
        db.dispose()
        raise
    for line in modes.too_open(settings):
        log.warning("%s", line)
    return db, installation


def belong(db: Database, installation: Installation) -> list[str]:
    """Judge whether the two belong together; what the record does not know yet, it keeps from now on.

    Returns what is new to a record that had been opened before. Raises Unavailable when the two do not belong together.
    """
    settings, secrets = installation.settings, fingerprints.of_secrets(installation.secrets)
    own = Identity.load(settings.data)
    with db.read.begin() as session:
        known, kept = fingerprints.known(session), fingerprints.kept(session)
    fingerprints.refuse_other_record(known, own.id if own else None, secrets, identity.shown(settings))
    marks = {INSTALLATION: kept.get(INSTALLATION) or (own.id if own else identity.new_id())}
    marks |= secrets | _keys(known, settings)
    if place.PLACE not in kept:  # it is never changed here: a copy would pass for what it was copied from
        marks[place.PLACE] = place.mark(db, settings)
    if new := sorted(name for name, mark in marks.items() if kept.get(name) != mark):
        with db.write.begin() as session:
            fingerprints.enter(session, marks)
            marks |= fingerprints.known(session)  # another process may have been first
    Identity(marks[INSTALLATION], identity.address(settings)).keep(settings.data)
    installation.marks = known | marks
    db.keep_to(_WHOSE, marks[INSTALLATION])
    return [name for name in new if name != place.PLACE] if INSTALLATION in kept else []


def _keys(known: fingerprints.Marks, settings: Settings) -> dict[str, str]:
    """The marks of the listed keys, none while the list is not sound."""
    try:
        listed = keys.read_list(settings.keys)
        fingerprints.refuse_other_keys(known, listed)
    except BadKeyList:
        return {}
    return fingerprints.of_keys(listed)


def upgrade(settings: Settings) -> tuple[str | None, str | None]:
    """Bring the record to this program's schema. Returns the versions before and after.

    Raises Unavailable where there is no record: an upgrade never begins one.
    """
    identity.refuse_forgotten_address(settings)
    db = Database(settings.database_url, may_be_new=False)
    try:
        before = schema.current(db)
        if before is None:
            raise missing(settings)
        installation = Installation.open(settings)
        if sa.inspect(db.engine).has_table("fingerprints"):
            belong(db, installation)
        schema.upgrade(db)
        belong(db, installation)
        return before, schema.current(db)
    finally:
        db.dispose()


def missing(settings: Settings) -> Unavailable:
    """What is told where keys are without their record, or where nothing was begun yet."""
    kept = Identity.load(settings.data)
    if vault.is_empty(settings.keys) and kept is None:
        return Unavailable(N_("数据库 %(address)s 是空的；请先运行 yipin init"), address=identity.shown(settings))
    return Unavailable(
        N_(
            "%(data)s 有密钥，数据库 %(address)s 却是空的，没有动它；请从备份恢复数据库，"
            "或用 YIPIN_DATABASE_URL 指向原来的数据库%(known)s。要从头开始，请换一个新的数据目录"
        ),
        data=str(settings.data),
        address=identity.shown(settings),
        known=f"（{kept.database}）" if kept and kept.database else "",
    )


def is_new(settings: Settings) -> bool:
    """Whether nothing was begun in this data directory: no secret, no key, no identity."""
    return vault.is_empty(settings.keys) and Identity.load(settings.data) is None


def begun(settings: Settings) -> tuple[Database, Installation]:
    """The record and the installation of a data directory, made where nothing was begun yet. The caller disposes of the
    database.

    Raises Unavailable when the record, the keys or one of the secrets is missing: none is made a second time. The record
    comes first, so that an interrupted beginning can be taken up again.
    """
    identity.refuse_forgotten_address(settings)
    db = Database(settings.database_url, may_be_new=is_new(settings))
    try:
        if schema.current(db) is None and not is_new(settings):
            raise missing(settings)
        if sa.inspect(db.engine).has_table("fingerprints") and not _is_untouched(db):
            belong(db, Installation.open(settings))  # whose record it is comes first
        schema.upgrade(db)
        if _is_untouched(db) and not any(settings.keys.glob("code-*.pem")):
            Secrets.create(settings.keys)
        installation = Installation.open(settings)
        belong(db, installation)
        return db, installation
    except BaseException:
        db.dispose()
        raise


def _is_untouched(db: Database) -> bool:
    """Whether nothing was ever done in this record: no event, and no data directory that it belongs to."""
    with db.read.begin() as session:
        return session.scalar(sa.select(Event.id).limit(1)) is None and not fingerprints.known(session)


def renew_session(settings: Settings) -> None:
    """Put a new secret in the place of the one that signs cookies. Everybody signs in again after the next start.

    Raises Unavailable, and changes nothing, when anything else does not belong together.
    """
    identity.refuse_forgotten_address(settings)
    db = Database(settings.database_url, may_be_new=False)
    try:
        schema.check(db)
        others = {name: vault.fingerprint(name, vault.read(settings.keys, name)) for name in ("units", "identity")}
        with db.write.begin() as session:
            fingerprints.refuse_other_record(fingerprints.known(session), None, others, identity.shown(settings))
            secret = vault.renew_session(settings.keys)
            session.merge(Fingerprint(name="session", mark=vault.fingerprint("session", secret)))
    finally:
        db.dispose()
