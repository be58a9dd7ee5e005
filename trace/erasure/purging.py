"""What was deleted leaves the database's files too: free pages, free space in pages, and the write-ahead log.

What the disk keeps of files that were cut or removed is beyond the program, and so are backups: they go with their rotation.
"""

from sqlalchemy.exc import OperationalError

from ..db import Database
from ..errors import N_, Busy


def purge(db: Database) -> None:
    """Write the record's file anew and empty its write-ahead log; on PostgreSQL give up the old versions of rows.

    SQLite needs free disk space of the size of the file, and nobody can write meanwhile. Raises Busy while somebody reads what the
    write-ahead log still holds, or writes: it can be done again.
    """
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
        return
    with db.raw() as connection:
        cursor = connection.cursor()
        try:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = any(told[0] for told in cursor.fetchall())
        except OperationalError:
            is_busy = True
        finally:
            cursor.close()
    if is_busy:
        raise Busy(N_("数据库正忙，删除的内容还在文件的空页里；过一会儿再试"))
