"""A new data directory: settings, secrets, schema and the policy's brands. A second run changes nothing."""

import json
from pathlib import Path

from . import schema
from .access.actor import Actor
from .brands import directory
from .codes.qr.symbol import check_prefix
from .db import Database
from .installation.settings import FILE, Settings
from .installation.vault import Secrets
from .policy import policy


def set_up(data: Path, *, base_url: str | None, actor: Actor) -> Settings:
    """Make `data` ready for use: `yipin.toml` with the base URL, secrets, an up-to-date schema, the brands.

    Raises Unavailable for an unusable base URL, policy or database.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds names and telephone numbers: others must not read it
    if base_url and not (data / FILE).exists():
        check_prefix(base_url, Settings.load(data).qr_version)
        (data / FILE).write_text(f"base_url = {json.dumps(base_url)}\n", "utf-8")
    settings = Settings.load(data)
    Secrets.create(settings.keys)
    db = Database(settings.database_url)
    try:
        schema.upgrade(db)
        with db.write.begin() as session:
            directory.enter_brands(session, actor, policy.load(settings.policy))
    finally:
        db.dispose()
    return settings
