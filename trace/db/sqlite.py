"""Which SQLite library is used. One process uses one library: two copies would undo each other's file locks."""

import sqlite3
from types import ModuleType


def newest_module() -> ModuleType:
    """The newest SQLite at hand: the wheel pysqlite3 bundles one, and the system's is often older."""
    try:
        import pysqlite3

        return pysqlite3 if pysqlite3.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3
    except ImportError:
        return sqlite3
