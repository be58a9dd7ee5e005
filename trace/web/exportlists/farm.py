"""The farm’s record, the list of inputs and what was tested."""

from operator import attrgetter

from ...access.actor import Actor
from ...errors import N_, Message
from ...farm import input_list, record
from ...farm.lists import INSPECTIONS
from ...farm.words import CROP_WORDS, INPUT_WORDS, INSPECTION_WORDS, RULE_WORDS
from ...models import Inspection
from ...sheets.writer import Kind
from ..export_file import Col, Export, Rows, Typed
from .parts import batch_heads, county, of_list, word


def _uses(actor: Actor, typed: Typed) -> Rows:
    return record.uses_found(actor)


def _inputs(actor: Actor, typed: Typed) -> Rows:
    return input_list.found(typed.get("q", "")[:40].strip(), typed.get("state") == "ended")


def _items(row: Inspection) -> str:
    return "; ".join(
        " ".join(filter(None, (item.name, item.value, item.limit, "" if item.passed else "✗"))) for item in row.items
    )


_USE_COLUMNS = (
    (N_("登记证号"), "registration"),
    (N_("生产企业"), "maker"),
    (N_("产品批号"), "lot"),
    (N_("购买处、票据"), "source"),
    (N_("防治对象"), "target"),
    (N_("用法"), "method"),
    (N_("用量"), "dose"),
)

EXPORTS: tuple[Export, ...] = (
    Export(
        "inspections",
        N_("检测报告"),
        of_list(INSPECTIONS),
        lambda policy: (
            *batch_heads(policy, lambda row: row.batch),
            Col(N_("哪一种检测"), word(INSPECTION_WORDS, lambda row: row.kind)),
            Col(N_("检测机构"), lambda row: row.lab, width=24),
            Col(N_("报告编号"), lambda row: row.report_number),
            Col(N_("采样日期"), lambda row: row.sampled_on, Kind.DAY),
            Col(N_("报告日期"), lambda row: row.reported_on, Kind.DAY),
            Col(N_("结论"), lambda row: Message(N_("合格") if row.passed else N_("不合格"))),
            Col(N_("项目和结果"), _items, width=40),
            Col(N_("撤下的理由："), lambda row: row.withdraw_reason, width=24),
        ),
    ),
    Export(
        "inputs",
        N_("投入品清单"),
        _inputs,
        lambda policy: (
            Col(N_("规定"), word(RULE_WORDS, lambda row: row.banned), width=18),
            Col(N_("名称"), lambda row: row.name, width=26),
            Col(N_("登记证号"), lambda row: row.registration),
            Col(N_("作物"), lambda row: row.crop),
            Col(N_("作物类别"), word(CROP_WORDS, lambda row: row.crop_kind)),
            Col(N_("每季最多几次"), lambda row: row.max_uses, Kind.COUNT),
            Col(N_("安全间隔期（天）"), lambda row: row.interval_days, Kind.COUNT),
            Col(N_("依据"), lambda row: row.source, width=40),
            Col(N_("列入时间"), lambda row: row.entered_at, Kind.MOMENT),
            Col(N_("移出时间"), lambda row: row.ended_at, Kind.MOMENT),
            Col(N_("移出理由"), lambda row: row.end_reason, width=24),
        ),
    ),
    Export(
        "uses",
        N_("用药用肥记录"),
        _uses,
        lambda policy: (
            Col(N_("主体"), lambda row: row.producer.name, width=28),
            Col(N_("县市区"), county(policy, lambda row: row.producer.county), width=10),
            Col(N_("地块"), lambda row: row.plot.name),
            Col(N_("挂靠农户"), lambda row: row.attached_farmer and row.attached_farmer.name),
            Col(N_("生产季"), lambda row: row.season, Kind.NUMBER),
            Col(N_("作物"), lambda row: row.crop),
            Col(N_("使用日期"), lambda row: row.day, Kind.DAY),
            Col(N_("停用日期"), lambda row: row.last_day, Kind.DAY),
            Col(N_("类别"), word(INPUT_WORDS, lambda row: row.input_kind)),
            Col(N_("名称和含量"), lambda row: row.input_name, width=26),
            *(Col(title, attrgetter(name)) for title, name in _USE_COLUMNS),
            Col(N_("安全间隔期（天）"), lambda row: row.interval_days, Kind.COUNT),
            Col(N_("操作人"), lambda row: row.operator),
            Col(N_("记录时间"), lambda row: row.recorded_at, Kind.MOMENT),
        ),
    ),
)
