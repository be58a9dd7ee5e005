"""The day of a county's officer, at a desk. Tasks build on those before, the grower's included."""

import re

from .hand import Hand
from .task import Person

OFFICER = Person("A county's officer", "county", "bureau/", 1280)
GROWER = "炎陵演示黄桃合作社"


def number_of_a_batch(at: Hand) -> str:
    """The number of the newest batch, as it stands on its labels."""
    listed = at.page.request.get(f"{at.url}bureau/batches?sort=-declared").text()
    return re.findall(r'"/bureau/batches/(\w{16})"', listed)[0]


@OFFICER.does("Approve a product that waits")
def approve_a_product(at: Hand) -> None:
    at.follow("演示黄桃礼盒")
    at.press("县级通过")
    at.sees("演示黄桃礼盒")


@OFFICER.does("Compare a declared certificate with its scan and verify it")
def verify_a_certificate(at: Hand) -> None:
    at.follow("000OP0000002")
    at.press("和证书一致")
    at.sees("已核对")


@OFFICER.does("Rule on a harvest whose safety interval cannot be told")
def rule(at: Hand) -> None:
    at.follow("炎陵黄桃")
    at.write("理由", "看过标签和药店的票，间隔期已过")
    at.press("放行")
    at.sees("放行")


@OFFICER.does("Answer a complaint and close it")
def answer_a_complaint(at: Hand) -> None:
    at.follow("J", at=0)  # the case whose term ends first comes first
    at.choose("结果", "属实")
    at.write("答复", "演示：已查处，网店已下架。")
    at.press("办结并答复")
    at.sees("已办结")


@OFFICER.does("Find the batch to which a number on a label belongs")
def find(at: Hand) -> None:
    at.look_up(number_of_a_batch(at))
    at.sees("登记批次")


@OFFICER.does("Hold a batch and all that was made of it")
def hold(at: Hand) -> None:
    at.look_up(number_of_a_batch(at))
    at.press("冻结或召回：先看涉及范围")
    at.write("理由", "演示：抽检样品送检中")
    at.press("冻结全部…")
    at.press("确认冻结")
    at.sees("冻结")


@OFFICER.does("Lift a hold")
def lift(at: Hand) -> None:
    at.follow("批次 4302")
    at.follow("解除这次冻结…")
    at.write("解除的理由", "演示：复检合格")
    at.press("解除 1 批")
    at.sees("已解除冻结")


@OFFICER.does("Give a grower who forgot the password a new one", taps=4)
def new_password(at: Hand) -> None:
    at.look_up(GROWER)
    at.press("给 grower 发一次性密码")
    at.sees("grower")
