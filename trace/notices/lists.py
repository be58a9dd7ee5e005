"""What an account was told, as its holder sees it; and what was sent by mail, as text messages and to web hooks, as the
administrator sees it."""

from enum import StrEnum

from sqlalchemy.orm import contains_eager

from ..access.matching import any_of, named, written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import Account, Channel, Delivery, DeliveryState, Event, Notification
from .subjects import named_so


class About(StrEnum):
    """What a line of the inbox is about."""

    BATCHES = "batches"
    PRODUCTS = "products"
    PRODUCERS = "producers"
    SHIPMENTS = "shipments"
    BRANDS = "brands"
    CERTIFICATES = "certificates"
    INSURANCE = "insurance"
    CASES = "cases"
    RECALLS = "recalls"
    ACCOUNTS = "accounts"
    JOBS = "jobs"


TABLES = {
    About.BATCHES: ("batches", "farm_cases", "inspections"),
    About.PRODUCTS: ("products",),
    About.PRODUCERS: ("producers",),
    About.SHIPMENTS: ("shipments",),
    About.BRANDS: ("brands", "brand_licences"),
    About.CERTIFICATES: ("certifications",),
    About.INSURANCE: ("insurance_policies",),
    About.CASES: ("complaints", "claim_notices", "credit_entries"),
    About.RECALLS: ("recall_acts",),
    About.ACCOUNTS: ("accounts", "invitations"),
    About.JOBS: ("jobs",),
}
ABOUT = {table: about for about, tables in TABLES.items() for table in tables}


class Read(StrEnum):
    UNREAD = "unread"
    READ = "read"


INBOX = ListOf(
    "inbox",
    lambda actor: visible(actor, Notification).join(Notification.event),
    Notification.id,
    (
        Column("said", N_("消息")),
        Column("about", N_("类别"), (Event.object_kind,)),
        Column("at", N_("时间"), (Notification.event_id,), newest=True),
        Column("read", N_("状态"), (Notification.read_at,), newest=True),
    ),
    "-at",
    any_of(written(Event.reason), named_so),
    N_("批次、产品、编号、名称，或消息里的字"),
    N_("还没有消息。审核通过或退回、批次冻结或召回、收到发货、期限将到等与您有关的事，会写在这里。"),
    choices=(
        Choice(
            "read",
            N_("状态"),
            Read,
            lambda read, actor: (
                Notification.read_at.is_(None) if read is Read.UNREAD else Notification.read_at.is_not(None)
            ),
            is_tabs=True,
        ),
        Choice("about", N_("类别"), About, lambda about, actor: Event.object_kind.in_(TABLES[about])),
    ),
    days=Days(N_("时间"), Event.at, is_moment=True),
    options=(contains_eager(Notification.event),),
)
"""The latest first; the page adds the words of its sentences to what the search looks through."""

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
