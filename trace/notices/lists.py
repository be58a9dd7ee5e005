"""What was sent by mail, as text messages and to web hooks, as the administrator sees it."""

from sqlalchemy.orm import contains_eager

from ..access.matching import any_of, named, written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import Account, Channel, Delivery, DeliveryState

DELIVERIES = ListOf(
    "deliveries",
    lambda actor: visible(actor, Delivery).join(Delivery.account),
    Delivery.id,
    (
        Column("account", N_("账号"), (Account.login_normal,)),
        Column("channel", N_("方式"), (Delivery.channel,)),
        Column("what", N_("内容")),
        Column("at", N_("时间"), (Delivery.created_at,), newest=True),
        Column("state", N_("状态"), (Delivery.state,)),
        Column("attempts", N_("试了几次"), (Delivery.attempts,), newest=True, is_number=True),
        Column("why", N_("原因"), (Delivery.failure,)),
    ),
    "-at",
    any_of(named(Account.login_normal), written(Delivery.failure)),
    N_("账号、原因"),
    N_("还没有发过。有人填写了邮箱、手机号或推送地址以后，发出的列在这里。"),
    choices=(
        Choice("state", N_("状态"), DeliveryState, lambda state, actor: Delivery.state == state),
        Choice("channel", N_("方式"), Channel, lambda channel, actor: Delivery.channel == channel),
    ),
    days=Days(N_("时间"), Delivery.created_at, is_moment=True),
    options=(contains_eager(Delivery.account),),
)
"""The latest first."""
