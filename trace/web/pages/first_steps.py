"""What the first steps of a grower are called on its home page, what one does for each, and where."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from ...errors import N_
from ...models import Producer
from ...printing.first_steps import First, first_steps
from ...register import batches


@dataclass(frozen=True, slots=True)
class Words:
    """The name of a step, what is said while it is the next, and the button that leads to its page; none where somebody else
    acts."""

    name: str
    told: str
    does: str = ""
    endpoint: str = ""


WORDS: Mapping[First, Words] = {
    First.RECORD: Words(N_("填写主体信息"), N_("主体信息被退回，改好再交。"), N_("修改后重新提交"), "producer.profile"),
    First.RECORD_REVIEW: Words(
        N_("县市区审核主体"),
        N_("主体信息已提交，正在等县市区农业农村局审核。通过后就可以登记地块、产品和批次。"),
        N_("查看或修改"),
        "producer.profile",
    ),
    First.PLOT: Words(N_("登记一块地"), N_("货长在哪里；做加工的登记加工场所。"), N_("登记地块"), "producer.plots"),
    First.PRODUCT: Words(
        N_("登记一个产品"), N_("卖的是什么：名称印在标签最上面。"), N_("登记产品"), "producer.new_product"
    ),
    First.PRODUCT_REVIEW: Words(
        N_("县、市审核产品"), N_("产品已提交，等县、市两级审核。通过后就可以登记批次、打标签。")
    ),
    First.BATCH: Words(
        N_("登记第一个批次"), N_("哪天、哪块地采的，一共多少。"), N_("新批次，打标签"), "producer.new_batch"
    ),
    First.LABELS: Words(N_("赋码，打标签"), N_("每件一枚，各有各的码。"), N_("去这个批次"), "producer.batch"),
    First.SALE: Words(N_("贴好标签，确认上市"), N_("确认之前，扫码显示“未上市”。"), N_("去这个批次"), "producer.batch"),
}


def facts(session: Session, producer: Producer) -> dict[str, object]:
    """What the home page shows: the steps, and the address of the page of the next one."""
    steps = first_steps(session, producer)
    following = next((WORDS[each.key] for each in steps if each.is_next), None)
    return {
        "steps": steps,
        "STEPS": WORDS,
        "goes_on": _address(session, producer, following.endpoint if following else ""),
    }


def _address(session: Session, producer: Producer, endpoint: str) -> str:
    if endpoint != "producer.batch":
        return url_for(endpoint) if endpoint else ""
    newest = batches.last_batch(session, producer.id)
    return url_for(endpoint, ref=newest.id_number) if newest else ""
