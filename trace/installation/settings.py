"""Settings: one frozen value, read from the data directory's `yipin.toml` and the environment.

The environment wins. Anything unknown is refused, so that a misspelt setting cannot pass for a default.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..codes.qr.symbol import check_prefix
from ..errors import N_, Unavailable

FILE = "yipin.toml"
NAMES = ("database_url", "base_url", "policy", "font", "qr_version", "proxies")


@dataclass(frozen=True)
class Settings:
    """Where things are and how this service is addressed.

    `base_url` is what labels carry: lower case, ending in "/". `qr_version` is the largest symbol the
    bureau accepts (6 is 41 modules; a longer base URL needs 7). `proxies` is the number of trusted
    reverse proxies in front, for the true client address.
    """

    data: Path
    database_url: str
    base_url: str = "http://127.0.0.1:8000/"
    policy: str = "zhuzhou"
    font: str | None = None
    qr_version: int = 6
    proxies: int = 0
    key_passphrase: bytes | None = field(default=None, repr=False)

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def labels(self) -> Path:
        return self.data / "labels"

    @property
    def host(self) -> str:
        """What is printed in plain text beside the symbol, for comparing with the phone's address bar."""
        return self.base_url.split("://", 1)[1].rstrip("/")

    @classmethod
    def load(cls, data: Path | str | None = None, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings of a data directory.

        Raises Unavailable when a setting is unknown or malformed, or when the base URL makes a larger
        symbol than allowed (design: refuse at the start rather than print labels that do not scan).
        """
        folder = Path(data or env.get("YIPIN_DATA", "data")).absolute()
        values: dict[str, Any] = {"database_url": f"sqlite:///{folder / 'yipin.db'}"}
        values |= _from_file(folder / FILE) | _from_env(env)
        settings = cls(data=folder, key_passphrase=_secret(env, "YIPIN_KEY_PASSPHRASE"), **values)
        check_prefix(settings.base_url, settings.qr_version)
        return settings


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unavailable(N_("设置文件 %(path)s 读不懂：%(error)s"), path=str(path), error=str(error)) from None
    for name in values:
        if name not in NAMES:
            raise Unavailable(
                N_("设置文件 %(path)s 里有不认识的项 %(name)s；可用的项：%(names)s"),
                path=str(path),
                name=name,
                names=" ".join(NAMES),
            )
    return {name: _typed(name, str(value)) for name, value in values.items()}


def _from_env(env: Mapping[str, str]) -> dict[str, Any]:
    known = {f"YIPIN_{name.upper()}": name for name in NAMES}
    others = {"YIPIN_DATA", "YIPIN_KEY_PASSPHRASE", "YIPIN_KEY_PASSPHRASE_FILE"}
    for name in env:
        if name.startswith("YIPIN_") and name not in known and name not in others:
            raise Unavailable(
                N_("环境变量 %(name)s 不认识；可用的：%(names)s"),
                name=name,
                names=" ".join(sorted(known.keys() | others)),
            )
    return {name: _typed(name, env[key]) for key, name in known.items() if env.get(key)}


def _typed(name: str, value: str) -> Any:
    if name not in ("qr_version", "proxies"):
        return value
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Unavailable(N_("设置 %(name)s 应是整数，不是“%(value)s”"), name=name, value=value[:24])
    return int(value)


def _secret(env: Mapping[str, str], name: str) -> bytes | None:
    """A secret from `X`, or from the file named by `X_FILE`; a named file that is missing stops the start."""
    if file := env.get(f"{name}_FILE"):
        try:
            return Path(file).read_bytes().strip()
        except OSError as error:
            raise Unavailable(
                N_("%(name)s 指定的文件读不到：%(error)s"), name=f"{name}_FILE", error=error.strerror or ""
            ) from None
    return env[name].encode() if env.get(name) else None
