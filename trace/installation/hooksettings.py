"""Where notices are posted beside mail: the bureau's own gateway for text messages, and whether web hooks may lead inside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import N_, Invalid, Unavailable
from ..notices import webhook

NAMES = ("gateway_url", "gateway_secret", "private_hooks")
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True)
class Gateway:
    """The bureau's gateway for text messages (SMS, WeChat). The secret signs what is posted to it, and is shown nowhere."""

    url: str
    secret: bytes = field(repr=False)


def gateway(texts: Mapping[str, str], secret: bytes | None) -> Gateway | None:
    """The gateway that the settings name, None without `gateway_url`. Raises Unavailable for settings that do not fit."""
    url = texts.get("gateway_url", "")
    if not url:
        return None
    try:
        checked = webhook.url("gateway_url", url, private=True)
        return Gateway(checked, webhook.read_secret(secret.decode() if secret else texts.get("gateway_secret", "")))
    except Invalid as wrong:
        raise Unavailable(N_("设置 %(name)s 不对：%(why)s"), name=wrong.field, why=wrong.message) from None


def may_be_private(texts: Mapping[str, str]) -> bool:
    """Whether web hooks may lead to this machine or its network. Raises Unavailable for anything but yes and no."""
    typed = texts.get("private_hooks", "no")
    if typed not in YES_NO:
        raise Unavailable(N_("设置 private_hooks 应是 yes 或 no，不是“%(value)s”"), value=typed[:24])
    return YES_NO[typed]
