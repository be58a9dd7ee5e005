"""The file `installation.json` of a data directory: the installation's own id, and where its record is.

It holds nothing secret: the address of the database is kept without its password. With it a data directory whose
database address is missing from the environment says so, instead of beginning an empty record under the same keys.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa

from ..diskfiles import write_whole
from ..errors import N_, Unavailable
from .settings import Settings

FILE = "installation.json"
_SECRETS_OF_AN_ADDRESS = ("password", "passfile", "sslpassword")


@dataclass(frozen=True)
class Identity:
    """The id of an installation, 32 hexadecimal digits; and the address of its database, "" for its own SQLite file."""

    id: str
    database: str = ""

    @classmethod
    def load(cls, data: Path) -> "Identity | None":
        """The identity that the data directory remembers, None without its file.

        Raises Unavailable, with the cure, when the file is there and cannot be read.
        """
        path = data / FILE
        try:
            told = json.loads(path.read_text("utf-8"))
            return cls(str(told["id"]), str(told["database"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            raise Unavailable(
                N_("%(path)s 读不出来或已损坏；请删去它，下次启动时按数据库里的编号重新写好"), path=str(path)
            ) from None

    def keep(self, data: Path) -> None:
        """Write it. A data directory that cannot be written keeps what it has."""
        if Identity.load(data) != self and os.access(data, os.W_OK):
            write_whole(data / FILE, (json.dumps(asdict(self), indent=2) + "\n").encode())


def new_id() -> str:
    """A random id for a new installation."""
    return secrets.token_hex(16)


def address(settings: Settings) -> str:
    """The address of the record as it may be kept and shown: without its password; "" for the directory's own file."""
    if settings.is_own_file:
        return ""
    whole = sa.make_url(settings.database_url).difference_update_query(_SECRETS_OF_AN_ADDRESS)
    open_part = sa.URL.create(
        whole.drivername, whole.username, None, whole.host, whole.port, whole.database, whole.query
    )
    return open_part.render_as_string()


def shown(settings: Settings) -> str:
    """Where the record is, for a line to the operator."""
    return address(settings) or settings.database_url.removeprefix("sqlite:///")


def refuse_forgotten_address(settings: Settings) -> None:
    """Raises Unavailable when the record lies elsewhere and its address is not given: it is no time for an empty one."""
    kept = Identity.load(settings.data)
    if kept and kept.database and settings.is_own_file:
        raise Unavailable(
            N_(
                "%(data)s 的数据库是 %(address)s，现在没有给出地址；请设置环境变量 YIPIN_DATABASE_URL"
                "（记下的地址不含口令），或写进 yipin.toml 的 database_url"
            ),
            data=str(settings.data),
            address=kept.database,
        )
