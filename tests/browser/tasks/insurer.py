"""What an insurer does with policies and claims, at a desk."""

from .hand import Hand
from .task import Person

INSURER = Person("An insurer", "insurer", "bureau/insurance", 1280)


@INSURER.does("Answer a consumer's claim and close it")
def answer_a_claim(at: Hand) -> None:
    at.follow("去看报案")
    at.follow("B")
    at.write("保险机构的答复", "演示：已查勘，按合同第五条办理。")
    at.press("答复并办结")
    at.sees("已办结")


@INSURER.does("Register a policy")
def policy(at: Hand) -> None:
    at.follow("登记保单")
    at.choose("险种", "品质保险")
    at.write("保单号", "演示保单-0002")
    at.choose("范围", "一个主体的全部产品")
    at.write("身份证号或统一社会信用代码", "934302250000000019")
    at.write("保险期起", "2026-07-01")
    at.write("保险期止", "2027-06-30")
    at.write("累计限额", "100000")
    at.write("报案电话", "13800000000")
    at.press("提交，等核实")
    at.sees("演示保单-0002")
