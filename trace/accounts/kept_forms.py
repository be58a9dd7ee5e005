"""A form that came when the session of its sender was over: kept sealed for an hour, for the same account alone."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import Account, KeptForm

LASTS = timedelta(hours=1)
MOST = 3  # of one account: whoever has an account cannot fill the disk with them


def keep(session: Session, account_id: int, path: str, content: bytes, now: datetime) -> str | None:
    """Keep a form (sealed, at most 1,000 characters of path), and return the word by which its browser finds it again.

    None, and nothing is kept, if there is no such account in use. Old ones go: of everybody those of more than an hour ago,
    of this account all but the latest.
    """
    account = session.get(Account, account_id)
    if account is None or account.disabled_at is not None or len(path) > 1_000:
        return None
    session.execute(sa.delete(KeptForm).where(KeptForm.at < now - LASTS))
    latest = sa.select(KeptForm.mark).where(KeptForm.account_id == account_id).order_by(KeptForm.at.desc())
    older = session.scalars(latest.offset(MOST - 1)).all()
    session.execute(sa.delete(KeptForm).where(KeptForm.mark.in_(older)))
    word = secrets.token_urlsafe(24)
    session.add(KeptForm(mark=_mark(word), account_id=account_id, path=path, content=content, at=now))
    return word


def kept(session: Session, account_id: int, word: str, now: datetime) -> KeptForm | None:
    """The form that this account's browser sent, if it is still kept."""
    found = session.get(KeptForm, _mark(word)) if word else None
    return found if found and found.account_id == account_id and found.at >= now - LASTS else None


def forget(session: Session, account_id: int, word: str) -> None:
    """Take a form away whose act has been done."""
    session.execute(sa.delete(KeptForm).where(KeptForm.mark == _mark(word), KeptForm.account_id == account_id))


def _mark(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "surrogatepass")).hexdigest()
