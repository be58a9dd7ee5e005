"""A new data directory: settings, secrets, schema and the policy's brands. A second run changes nothing."""

import json
from pathlib import Path

from .access.actor import Actor
from .brands import directory
from .codes.qr.symbol import check_prefix
from .diskfiles import write_whole
from .installation import opening
from .installation.settings import FILE, Settings
from .log import opening as opening_log
from .status import key


def set_up(data: Path, *, base_url: str | None, actor: Actor) -> Settings:
    """Make `data` ready for use: `yipin.toml` with the base URL, secrets, the key of the status list, an up-to-date
    schema, the brands.

    A second run changes nothing, and makes nothing anew that was lost. Raises Unavailable for that, and for an unusable
    base URL, policy or database.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds names and telephone numbers: others must not read it
    if base_url and not (data / FILE).exists():
        check_prefix(base_url, Settings.load(data).qr_version)
        write_whole(data / FILE, f"base_url = {json.dumps(base_url)}\n".encode())
    settings = Settings.load(data)
    db, installation = opening.begun(settings)
    try:
        key.make(settings)
        with db.write.begin() as session:
            directory.enter_brands(session, actor, installation.policy)
        opening_log.begin(db, settings)
    finally:
        db.dispose()
    return settings
