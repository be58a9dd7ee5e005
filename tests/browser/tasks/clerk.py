"""The day of a cooperative's clerk, who keeps the records of many growers, on a phone. Tasks build on those before."""

import io
import tempfile
from pathlib import Path

import openpyxl

from .hand import Hand
from .task import Person

CLERK = Person("A cooperative's clerk", "clerk", "producer/", 390)
BATCH = "炎陵黄桃 · "  # the newest batch of the home page comes first
ROWS = (("演示坡", "120"), ("演示坡", "80"))  # plot and quantity in kg


@CLERK.does("Add an attached farmer")
def farmer(at: Hand) -> None:
    at.follow("生产记录")
    at.follow("查看、添加")
    at.write("姓名", "演示农户乙")
    at.write("乡镇、村", "演示乡演示村")
    at.press("登记")
    at.sees("演示农户乙")


@CLERK.does("Register the harvest of an attached farmer")
def harvest_of_a_farmer(at: Hand) -> None:
    at.follow("别的产品、地块或装法")
    at.choose("地块", "演示坡")
    at.choose("谁种的", "演示农户乙")
    at.write("总量", "50")
    at.write("每件的量", "2.5")
    at.press("登记批次")
    at.sees("演示农户乙")


@CLERK.does("Enter a laboratory's report on a batch")
def report(at: Hand) -> None:
    at.follow(BATCH)
    at.unfold("安全间隔期和检测")
    at.follow("登记检测报告")
    at.choose("哪一种检测", "委托检测")
    at.write("检测机构", "演示检测中心")
    at.write("报告编号", "演示-检-02")
    today = at.page.get_by_label("采样日期").get_attribute("max") or ""
    at.write("采样日期", today)
    at.write("报告日期", today)
    at.write("结果", "未检出")
    at.tick("合格")
    at.press("登记")
    at.sees("演示-检-02")


@CLERK.does("Make out the commitment certificate of a batch")
def commitment(at: Hand) -> None:
    at.follow(BATCH)
    at.unfold("承诺达标合格证")
    at.follow("开合格证")
    at.press("我承诺，开具合格证")
    at.sees("有效")


@CLERK.does("Issue the codes of a batch and have its labels made")
def labels(at: Hand) -> None:
    at.follow(BATCH)
    at.press("赋码")
    at.press("生成标签")
    at.page.get_by_role("link", name="下载 PDF").wait_for(timeout=60_000)


@CLERK.does("Bring in the batches of a day as an Excel table")
def table_of_batches(at: Hand) -> None:
    at.follow("批次")
    at.follow("从 Excel 导入批次")
    with tempfile.TemporaryDirectory() as folder:
        at.give("填好的表格", filled(at, Path(folder)))
        at.press("上传并预览")
        at.press("确认导入 2 行")
    at.sees("已导入 2 行")


def filled(at: Hand, folder: Path) -> Path:
    """The page's template with the rows of a day."""
    template = at.page.request.get(f"{at.url}producer/import/batches/template.xlsx").body()
    book = openpyxl.load_workbook(io.BytesIO(template))
    day = at.page.evaluate("new Date().toLocaleDateString('sv-SE', {timeZone: 'Asia/Shanghai'})")
    for number, (plot, quantity) in enumerate(ROWS, 6):
        for column, value in enumerate(("炎陵黄桃", plot, day, quantity, "kg", "2.5"), 2):
            book.worksheets[0].cell(number, column, value)
    book.save(folder / "批次.xlsx")
    return folder / "批次.xlsx"
