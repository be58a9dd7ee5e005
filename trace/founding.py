"""A new data directory: settings, secrets, schema and the policy's brands. Run again, it changes nothing."""

import json
from pathlib import Path

from . import policy, schema
from .accounts import Actor
from .codes.symbol import check_prefix
from .config import FILE, Settings
from .db import Database
from .models import Event
from .secretfiles import Secrets


def found(data: Path, *, base_url: str | None, actor: Actor) -> Settings:
    """Make `data` ready for use: `yipin.toml` with the base URL, secrets, an up-to-date schema, the brands.

    Raises Unavailable for an unusable base URL, policy or database.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)  # names and telephone numbers: nobody else's to read
    if base_url and not (data / FILE).exists():
        check_prefix(base_url, Settings.load(data).qr_version)
        (data / FILE).write_text(f"base_url = {json.dumps(base_url)}\n", "utf-8")
    settings = Settings.load(data)
    Secrets.create(settings.keys)
    db = Database(settings.database_url)
    try:
        schema.upgrade(db)
        with db.write.begin() as session:
            pattern = Event(at=actor.at, actor_id=None, actor_name=actor.name, actor_role="command")
            policy.enter_brands(session, policy.load(settings.policy), pattern)
    finally:
        db.dispose()
    return settings
