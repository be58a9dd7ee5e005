"""An import that is killed leaves nothing that anybody sees; it is taken up again, or swept."""

from datetime import timedelta

import pytest

from world import World, crash_importer, nursery
from world.imported import confirmed, counted
from yipin.clock import now
from yipin.imports import staging, uploads, work
from yipin.models import ImportState, TableImport

POSTGRESQL_IN_SOAK = True  # what a kill leaves there, tests/jobs/test_workers.py asks on both
ROWS = range(1001, 1151)


def killed(world: World, row: TableImport, moment: str) -> None:
    """Let the import come to a moment, and end its process there with SIGKILL."""
    log = world.settings.data / "importer.log"
    process = nursery.begin(crash_importer.main, str(world.settings.data), str(row.id), moment, log=log)
    process.await_word(log, "here\n")
    process.kill()
    assert process.wait() == -9


@pytest.mark.parametrize("moment", ["trying", "copied"])
def test_what_was_killed_is_not_there_and_the_next_one_finishes_it(world: World, moment: str) -> None:
    row = confirmed(world, "certificates", *ROWS)
    before = counted(world)
    killed(world, row, moment)
    assert counted(world) == before and world.get(TableImport, row.id).state is ImportState.ENTERING
    work.enter(world.db, world.installation, row.id)
    assert world.get(TableImport, row.id).state is ImportState.DONE
    assert counted(world)["certifications"] == counted(world)["certification_lines"] == len(ROWS)


def test_what_was_killed_and_not_taken_up_is_swept(world: World) -> None:
    row = confirmed(world, "certificates", *ROWS)
    before = counted(world)
    killed(world, row, "copied")
    with world.db.transaction(writes=True) as session:
        assert uploads.sweep(session, world.settings, now() + timedelta(seconds=staging.KEPT + 60)) == 1
    assert counted(world) == before and not list((world.settings.data / "imports").iterdir())


def test_what_had_entered_when_it_was_killed_does_not_enter_again(world: World) -> None:
    row = confirmed(world, "certificates", *ROWS)
    killed(world, row, "entered")
    work.enter(world.db, world.installation, row.id)
    assert world.get(TableImport, row.id).state is ImportState.DONE
    assert counted(world)["certifications"] == len(ROWS)
