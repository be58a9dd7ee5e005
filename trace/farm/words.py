"""The words of the farm's record, of the list of inputs and of inspections, for pages, tables and the record book."""

from ..errors import N_
from ..models import CropKind, EntryKind, InputKind, InspectionKind

ENTRY_WORDS = {
    EntryKind.WORK: N_("农事"),
    EntryKind.INPUT: N_("用药用肥"),
    EntryKind.PEST: N_("病虫害"),
    EntryKind.HARVEST: N_("采收"),
}
INPUT_WORDS = {
    InputKind.PESTICIDE: N_("农药"),
    InputKind.FERTILISER: N_("肥料"),
    InputKind.VETERINARY: N_("兽药"),
    InputKind.OTHER: N_("其他投入品"),
}
CROP_WORDS = {
    CropKind.FRUIT: N_("瓜果"),
    CropKind.VEGETABLE: N_("蔬菜"),
    CropKind.TEA: N_("茶叶"),
    CropKind.GRAIN: N_("粮油"),
    CropKind.HERB: N_("中草药材"),
    CropKind.FUNGUS: N_("菌类"),
    CropKind.OTHER: N_("其他作物"),
}
RULE_WORDS = {True: N_("禁止使用"), False: N_("限间隔期、次数")}  # by whether a line of the list of inputs bans
INSPECTION_WORDS = {
    InspectionKind.SELF: N_("自检"),
    InspectionKind.COMMISSIONED: N_("委托检测"),
    InspectionKind.SAMPLING: N_("监督抽检"),
}
