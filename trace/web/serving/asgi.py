"""The module that the server imports: the application of the data directory that YIPIN_DATA names."""

import gc
import sys

from ... import clock
from ...indicators import cache
from ...installation.settings import Settings
from ..app import create_app
from .door import Door
from .refusals import Refusals
from .stopping import Stopping
from .warm import compile_scan_page

# A scan passes through three threads, and waits at each until a thread that computes lets go: 0.0001 s, not Python's 0.005.
sys.setswitchinterval(0.0001)
flask = create_app(Settings.load())
service = flask.extensions["yipin"]
service.closing.add("looks", service.tally.close)
app = Stopping(Door(flask), service.closing, Refusals(flask))
compile_scan_page(flask)
gc.freeze()  # the program itself is no garbage: without this, each count searches all of it several times

with service.db.read() as session:  # sets the first count going, so that the first pages can carry it
    cache.last_line(session, service.installation.policy, clock.day_of(clock.now()))
