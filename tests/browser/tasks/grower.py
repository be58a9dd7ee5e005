"""A grower's day, on a phone. Tasks build on those before."""

from .hand import Hand
from .task import Person

GROWER = Person("A grower", "grower", "producer/", 390)
BATCH = "炎陵黄桃 · "  # the newest batch of the home page comes first


@GROWER.does("Register a harvest of another plot or pack size than last time")
def another_harvest(at: Hand) -> None:
    at.follow("别的产品、地块或装法")
    at.choose("地块", "演示坡")
    at.write("总量", "40")
    at.write("每件的量", "2.5")
    at.press("登记批次")
    at.sees("0 / 16")


@GROWER.does("Correct the amount of a batch that has no codes yet", taps=3)
def correct_a_batch(at: Hand) -> None:
    at.follow(BATCH)
    at.follow("更正这个批次")
    at.write("总量", "45")
    at.write("更正的理由", "多打了一筐")
    at.press("保存更正")
    at.sees("0 / 18")


@GROWER.does("The next batch, as last time, straight to its labels", pages=2, fields=1)
def next_batch(at: Hand) -> None:
    at.write("总量", "60")
    at.tick("我承诺")
    at.press("登记，打标签")
    at.page.get_by_role("link", name="下载 PDF").wait_for(timeout=60_000)


@GROWER.does("Say that the labels are stuck on: the goods are on sale")
def on_sale(at: Hand) -> None:
    at.follow(BATCH)
    at.follow("去这次打印")
    at.press("标签已贴好，确认上市")
    at.sees("下一步：发货")


@GROWER.does("Void five labels that were spoiled")
def void_labels(at: Hand) -> None:
    at.follow(BATCH)
    at.unfold("改正、撤销和作废")
    at.write("标签上的小号", "20-24")
    at.write("理由", "淋湿了")
    at.press("作废")
    at.sees("已作废：20")


@GROWER.does("Write down to whom labelled packs were sent")
def ship(at: Hand) -> None:
    at.follow(BATCH)
    at.follow("发货")
    at.write("发给谁", "演示水果店")
    at.write("发到哪里", "株洲市天元区")
    at.write("到第几枚", "8")
    at.press("记下发货")
    at.sees("演示水果店")


@GROWER.does("Withdraw a batch that was registered twice")
def withdraw_a_batch(at: Hand) -> None:
    at.follow(BATCH, 1)  # the one before
    at.unfold("改正、撤销和作废")
    at.follow("撤销这个批次")
    at.write("撤销的理由", "登记重了")
    at.press("撤销这个批次")
    at.sees("已撤销")


@GROWER.does("Write down that a pesticide was used")
def spray(at: Hand) -> None:
    at.follow("生产记录")
    at.follow("用药用肥")
    at.write("名称和含量", "演示杀虫剂 10% 乳油")
    at.press_in_place("下一步")
    at.write("用量", "30 毫升/亩")
    at.write("安全间隔期", "14")
    at.press("保存记录")
    at.sees("演示杀虫剂")


@GROWER.does("Correct the dose in an entry of the farm's record", taps=3)
def correct_an_entry(at: Hand) -> None:
    at.follow("生产记录")
    at.follow("更正这一条")
    at.write("用量", "25 毫升/亩")
    at.write("更正的理由", "用量写错了")
    at.press("保存更正")
    at.sees("25 毫升/亩")


@GROWER.does("Register a product and send it to be reviewed")
def product(at: Hand) -> None:
    at.follow("登记新产品")
    at.write("产品名称", "演示黄桃礼盒")
    at.choose("品牌", "炎陵黄桃")
    at.choose("类别", "鲜活农产品")
    at.press("提交审核")
    at.sees("已提交")


@GROWER.does("Change the telephone number on record", taps=3)
def telephone(at: Hand) -> None:
    at.follow("主体信息")
    at.write("电话", "13800000009")
    at.press("保存")
    at.sees("13800000009")


@GROWER.does("Give a field hand who forgot the password a new one", taps=4)
def new_password(at: Hand) -> None:
    at.unfold("设置")
    at.follow("人员")
    at.follow("演示记录员")
    at.press("发一次性密码")
    at.sees("hand")
