"""An import that stands still at a chosen moment, so that it can be killed there.

Run in a process of its own by imports/test_crash. It says "here" when it has come to the moment:
`trying` (half of the rows tried), `copied` (all rows copied, nothing committed), `entered` (committed, the file not
deleted yet).
"""

import time
from pathlib import Path

from yipin.db import Database
from yipin.imports import entering, staging, work
from yipin.installation.installation import Installation
from yipin.installation.settings import Settings


def stand_still() -> None:
    print("here", flush=True)
    time.sleep(600)


def main(data: str, import_id: str, moment: str) -> None:
    installation = Installation.open(Settings.load(Path(data), {}))
    write = entering.Copy.write

    def copied(self: entering.Copy) -> None:  # type: ignore[type-arg]
        write(self)
        stand_still()

    def tell(done: int) -> None:
        if moment == "trying" and done:
            stand_still()

    if moment == "copied":
        entering.Copy.write = copied  # type: ignore[method-assign]
    if moment == "entered":
        staging.delete = lambda *_: stand_still()
    work.enter(Database(installation.settings.database_url), installation, int(import_id), tell)
