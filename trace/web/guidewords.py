"""The words of the help pages: for each kind of user what it does most, each thing in a few steps for people who would rather look
than read. A picture, where there is one, lies in `static/help`; the browser tests make it from the real page."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..errors import N_


class Reader(StrEnum):
    """The kinds of users; the value is the last part of the page's address."""

    GROWER = "grower"
    CLERK = "clerk"
    OFFICER = "officer"
    INSURER = "insurer"
    ADMINISTRATOR = "administrator"
    CONSUMER = "consumer"


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to do. `key` names its picture and its place on the page."""

    key: str
    title: str
    steps: tuple[str, ...]
    has_picture: bool = True


@dataclass(frozen=True, slots=True)
class Guide:
    """The page of one kind of user: its name in the row of pages, its heading, a sentence, and the things to do."""

    name: str
    title: str
    lead: str
    topics: tuple[Topic, ...]


GUIDES: Mapping[Reader, Guide] = {
    Reader.GROWER: Guide(
        N_("种植户"),
        N_("种植户怎么用"),
        N_("图上圈出来的，就是要按的地方。"),
        (
            Topic(
                "record",
                N_("做了什么，当天记一笔"),
                (
                    N_("按菜单里的“生产记录”。"),
                    N_("按“农事”“用药用肥”“病虫害”或“采收”。"),
                    N_("照包装上的写，按“保存记录”。"),
                ),
            ),
            Topic(
                "next",
                N_("采收了，打标签"),
                (
                    N_("在首页填总量，日期和别的已经填好。"),
                    N_("属实就勾“我承诺”，合格证一并开好。"),
                    N_("按“登记，打标签”。"),
                ),
            ),
            Topic(
                "sale",
                N_("贴好了，确认上市"),
                (
                    N_("下载 PDF，打印时选“实际大小”。"),
                    N_("一件贴一枚。"),
                    N_("都贴好了，按“标签已贴好，确认上市”；在那以前扫码显示“未上市”。"),
                ),
            ),
            Topic(
                "mend",
                N_("写错了，改过来"),
                (
                    N_("生产记录：按“更正这一条”，写上理由。"),
                    N_("还没有赋码的批次：打开它，按“更正这个批次”。"),
                    N_("赋了码、还没上市的：打开批次，最下面可以撤销，也可以作废打坏的标签。"),
                ),
            ),
            Topic(
                "stop",
                N_("收到冻结或召回"),
                (N_("马上停卖，告诉拿货的客户。"), N_("按“已读”。"), N_("按“去填报”，写追回了多少、怎样处置。")),
            ),
            Topic(
                "people",
                N_("请人帮忙"),
                (
                    N_("按“设置”，再按“人员”。"),
                    N_("写姓名，选岗位：办事员办日常的事，记录员只写生产记录。"),
                    N_("按“打一张邀请”，把纸条当面交给本人。"),
                ),
            ),
            Topic(
                "password",
                N_("忘了密码"),
                (N_("到县市区农业农村局，或打电话。"), N_("要一个一次性密码，用它登录一次，设新的密码。")),
                has_picture=False,
            ),
        ),
    ),
    Reader.CLERK: Guide(
        N_("合作社办事员"),
        N_("合作社办事员怎么用"),
        N_("种植户那一页上的，办事员也都能办。这里是替很多户办事时用的。"),
        (
            Topic(
                "farmers",
                N_("把挂靠的农户登记进来"),
                (
                    N_("按“生产记录”，再按挂靠农户的“查看、添加”。"),
                    N_("写姓名和村，按“登记”。"),
                    N_("以后登记批次、写记录，选是谁种的。"),
                ),
            ),
            Topic(
                "import",
                N_("很多批，用 Excel 一次登记"),
                (
                    N_("按“批次”，再按“从 Excel 导入批次”。"),
                    N_("下载模板，一行填一批。"),
                    N_("上传，看过结果，再确认。"),
                ),
            ),
            Topic(
                "several",
                N_("几批一起赋码、上市"),
                (
                    N_("按“批次”，勾上要办的几批。"),
                    N_("按“赋码…”或“确认上市…”。"),
                    N_("下一页说明哪些能办、哪些还不能，看过再确认。"),
                ),
            ),
            Topic(
                "commitment",
                N_("开承诺达标合格证"),
                (
                    N_("打开批次，按“承诺达标合格证”，再按“开合格证”。"),
                    N_("核对数量，勾承诺依据。"),
                    N_("按“我承诺，开具合格证”，打印出来跟着货走。"),
                ),
            ),
        ),
    ),
    Reader.OFFICER: Guide(
        N_("监管人员"),
        N_("监管人员怎么用"),
        N_("一天从首页的待办开始：最急的在最上面。"),
        (
            Topic(
                "worklist",
                N_("先看待办"),
                (
                    N_("首页列出所有等您办的，有期限的、超期的在前。"),
                    N_("按上面的种类，只看一种。"),
                    N_("按一行，就到办它的那一页。"),
                ),
            ),
            Topic(
                "review",
                N_("核对证书"),
                (
                    N_("照着扫描件逐项核对，再到官方网站查一遍。"),
                    N_("一致，按“和证书一致”。"),
                    N_("不一致，写明哪一项，按“退回”。"),
                ),
            ),
            Topic(
                "rule",
                N_("判定能不能赋码"),
                (
                    N_("看用了什么药、隔了几天、有没有检测。"),
                    N_("写明查了什么、看到什么；主体看得到。"),
                    N_("按“放行”或“不放行”。"),
                ),
            ),
            Topic(
                "hold",
                N_("冻结、召回"),
                (
                    N_("在批次页按“冻结或召回：先看涉及范围”。"),
                    N_("看清有哪些批次、发给了谁，写理由。"),
                    N_("按“冻结全部…”或“召回全部…”，下一页再确认一次。"),
                ),
            ),
            Topic(
                "complaint",
                N_("答复投诉"),
                (
                    N_("从待办打开一件，按“我来办”。"),
                    N_("查清以后选结果，写答复；举报人看得到原话。"),
                    N_("按“办结并答复”。"),
                ),
            ),
            Topic(
                "password",
                N_("种植户忘了密码"),
                (
                    N_("在最上面查主体的名称。"),
                    N_("在“人员”里按“忘了密码：发一次性密码”。"),
                    N_("打印纸条，核实是本人再交给他。"),
                ),
            ),
        ),
    ),
    Reader.INSURER: Guide(
        N_("保险机构"),
        N_("保险机构怎么用"),
        N_("登记保单，答复报案；只看得到本机构的。"),
        (
            Topic(
                "policy",
                N_("登记保单"),
                (N_("按“登记保单”，照着原件填。"), N_("附上扫描件。"), N_("监管人员核实以后，扫码页显示“承保中”。")),
            ),
            Topic(
                "claim",
                N_("答复报案"),
                (
                    N_("按“报案”，打开一件，按“接收，由我办理”。"),
                    N_("要打电话，按“打开（会留下记录）”。"),
                    N_("写答复，按“答复并办结”；消费者看得到原话。"),
                ),
            ),
        ),
    ),
    Reader.ADMINISTRATOR: Guide(
        N_("系统管理员"),
        N_("系统管理员怎么用"),
        N_("开账号，发一次性密码，停用离开的人。"),
        (
            Topic(
                "account",
                N_("开通账号"),
                (
                    N_("按“账号”，在最下面填登录名和姓名。"),
                    N_("选角色；监管人员再选县市区。"),
                    N_("按“开通”，把初始密码当面交给本人。"),
                ),
            ),
            Topic(
                "password",
                N_("忘了密码、人离开了"),
                (
                    N_("按登录名，打开账号。"),
                    N_("忘了密码，按“发一次性密码”，打印纸条。"),
                    N_("人离开了，按“停用账号”；他做过的事都留着。"),
                ),
            ),
        ),
    ),
    Reader.CONSUMER: Guide(
        N_("消费者"),
        N_("消费者怎么查"),
        N_("用手机扫包装上的码，不用装软件，不用登录。"),
        (
            Topic(
                "scan",
                N_("扫码，先看最上面的大字"),
                (
                    N_("用相机或微信扫标签上的二维码。"),
                    N_("“正品”：这一件登记过，今天可以卖。"),
                    N_("“已冻结”“已召回”“假码”“疑似复制”：不要买，不要吃，照页面上说的做。"),
                ),
            ),
            Topic(
                "number",
                N_("扫不了，输号码"),
                (
                    N_("在查询首页输标签上的 16 位身份证号。"),
                    N_("看到的是这一批的登记；手里这一件是真是假，要扫码才知道。"),
                ),
            ),
            Topic(
                "offline",
                N_("去没有网络的地方"),
                (
                    N_("先在有网络时，从查询首页按“打开离线核验”，等到它说“本页已存在手机里”，加进书签。"),
                    N_("断网时打开它，扫码，或输号码。"),
                    N_("“签名真实”：码是发码单位发的。召回和冻结看名单截至哪一刻；作废和复制，联网扫码才知道。"),
                ),
                has_picture=False,
            ),
            Topic(
                "report",
                N_("有问题，投诉"),
                (
                    N_("扫码页最下面按“投诉举报”，或从本页页脚进去。"),
                    N_("写清楚怎么回事，附上照片。"),
                    N_("记下编号，随时查办到哪一步。"),
                ),
            ),
        ),
    ),
}
