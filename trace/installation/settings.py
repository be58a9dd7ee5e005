"""Settings: one frozen value, read from the data directory's `yipin.toml` and from the environment.

The environment wins. An unknown setting is refused, so that a misspelt one is never silently left out.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..codes.qr.symbol import check_prefix
from ..errors import N_, Unavailable
from . import hooksettings, mailsettings
from .hooksettings import Gateway
from .mailsettings import MailServer

FILE = "yipin.toml"
NAMES = (
    *("database_url", "base_url", "policy", "font", "qr_version", "proxies", "former_hosts", "log_origin", "signer"),
    *mailsettings.NAMES,
    *hooksettings.NAMES,
)


@dataclass(frozen=True)
class Settings:
    """Where the data lie, and how the service is addressed.

    `base_url` is printed on labels: lower case, ending in "/". `qr_version` is the largest QR symbol that the bureau
    accepts (6 is 41 modules a side; a longer base URL needs 7). `proxies` is the number of trusted reverse proxies,
    by which the client's own address is found. `former_hosts` are the hosts of older labels, with a blank between them.
    `mail` is the server that mail is sent by, `gateway` what sends text messages; None where nothing does. `private_hooks`: web hooks
    may lead into this machine and its network. `log_origin` names the public log for ever; without it the name follows from the
    installation's id. `signer` is the socket of the process that signs codes (`yipin signer`); without it the private keys lie in `keys`.
    """

    data: Path
    database_url: str
    base_url: str = "http://127.0.0.1:8000/"
    policy: str = "zhuzhou"
    font: str | None = None
    qr_version: int = 6
    proxies: int = 0
    former_hosts: str = ""
    key_passphrase: bytes | None = field(default=None, repr=False)
    mail: MailServer | None = None
    gateway: Gateway | None = None
    private_hooks: bool = False
    log_origin: str = ""
    signer: str = ""

    @property
    def keys(self) -> Path:
        """The folder of the signing keys and the secrets."""
        return self.data / "keys"

    @property
    def status(self) -> Path:
        """The folder of the status bundles, which anyone may have."""
        return self.data / "status"

    @property
    def labels(self) -> Path:
        """The folder of the label files."""
        return self.data / "labels"

    @property
    def log(self) -> Path:
        """The folder of the public log."""
        return self.data / "log"

    @property
    def log_policy(self) -> Path:
        """The file that names the witnesses of the public log, which need not be there."""
        return self.data / "log.policy"

    @property
    def is_own_file(self) -> bool:
        """Whether the record is the data directory's own SQLite file, which nobody needs to name."""
        return self.database_url == own_file(self.data)

    @property
    def host(self) -> str:
        """The host, which is printed beside the symbol so that people can compare it with their phone's address bar."""
        return self.base_url.split("://", 1)[1].rstrip("/")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of all addresses that labels carry, today's first: what the published key list names."""
        return (self.host.split("/", 1)[0], *self.former_hosts.lower().split())

    @classmethod
    def load(cls, data: Path | str | None = None, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings of a data directory.

        Raises Unavailable when a setting is unknown or malformed. Raises it too when the base URL needs a larger symbol
        than allowed: it is better to refuse the start than to print labels that do not scan.
        """
        folder = Path(data or env.get("YIPIN_DATA", "data")).absolute()
        texts = _from_file(folder / FILE) | _from_env(env)
        settings = cls(
            data=folder,
            database_url=texts.get("database_url", own_file(folder)),
            base_url=texts.get("base_url", cls.base_url),
            policy=texts.get("policy", cls.policy),
            font=texts.get("font"),
            qr_version=int(texts.get("qr_version", cls.qr_version)),
            proxies=int(texts.get("proxies", cls.proxies)),
            former_hosts=texts.get("former_hosts", cls.former_hosts),
            key_passphrase=secret(env, "YIPIN_KEY_PASSPHRASE"),
            mail=mailsettings.server(texts, secret(env, "YIPIN_MAIL_PASSWORD")),
            gateway=hooksettings.gateway(texts, secret(env, "YIPIN_GATEWAY_SECRET")),
            private_hooks=hooksettings.may_be_private(texts),
            log_origin=texts.get("log_origin", cls.log_origin),
            signer=texts.get("signer", cls.signer),
        )
        check_prefix(settings.base_url, settings.qr_version)
        return settings


def own_file(data: Path) -> str:
    """The address of the record that a data directory has without a setting."""
    return f"sqlite:///{data / 'yipin.db'}"


def _from_file(path: Path) -> dict[str, str]:
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
    return {name: _checked(name, str(value)) for name, value in values.items()}


def _from_env(env: Mapping[str, str]) -> dict[str, str]:
    known = {f"YIPIN_{name.upper()}": name for name in NAMES}
    others = {
        "YIPIN_DATA",
        "YIPIN_KEY_PASSPHRASE",
        "YIPIN_KEY_PASSPHRASE_FILE",
        "YIPIN_MAIL_PASSWORD_FILE",
        "YIPIN_GATEWAY_SECRET_FILE",
    }
    for name in env:
        if name.startswith("YIPIN_") and name not in known and name not in others:
            raise Unavailable(
                N_("环境变量 %(name)s 不认识；可用的：%(names)s"),
                name=name,
                names=" ".join(sorted(known.keys() | others)),
            )
    return {name: _checked(name, env[key]) for key, name in known.items() if env.get(key)}


def _checked(name: str, value: str) -> str:
    """The value as it was written. A setting that is a number must be a whole one."""
    if name in ("qr_version", "proxies", "former_hosts") and not (
        value.isascii() and value.isdigit() and len(value) < 10
    ):
        raise Unavailable(N_("设置 %(name)s 应是整数，不是“%(value)s”"), name=name, value=value[:24])
    if name == "log_origin" and not re.fullmatch(r"[a-z0-9][a-z0-9./_-]{0,199}", value):
        raise Unavailable(N_("设置 log_origin 应由小写字母、数字和 . / _ - 组成，不是“%(value)s”"), value=value[:24])
    return value


def secret(env: Mapping[str, str], name: str) -> bytes | None:
    """A secret from the variable `name`, or from the file that `name`_FILE names. Raises Unavailable for a missing file."""
    if file := env.get(f"{name}_FILE"):
        try:
            return Path(file).read_bytes().strip()
        except OSError as error:
            raise Unavailable(
                N_("%(name)s 指定的文件读不到：%(error)s"), name=f"{name}_FILE", error=error.strerror or ""
            ) from None
    return env[name].encode() if env.get(name) else None
