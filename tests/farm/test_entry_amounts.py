"""A dose is compared with the producer's own, in whatever unit they were written."""

from decimal import Decimal

import pytest

from world import World, farms
from yipin.audit.sure import Unsure
from yipin.farm.entry_amounts import measured


@pytest.mark.parametrize(
    ("dose", "meant"),
    [
        ("30 毫升/亩", ("volume/亩", Decimal(30))),
        ("30ml/亩", ("volume/亩", Decimal(30))),
        ("０.３升/亩", ("volume/亩", Decimal(300))),
        ("20公斤/亩", ("mass/亩", Decimal(20_000))),
        ("20 kg / 亩", ("mass/亩", Decimal(20_000))),
        ("每亩 2 两", ("mass", Decimal(100))),
        ("1500 倍液", None),
        ("适量", None),
        ("", None),
    ],
)
def test_a_dose_is_read_with_its_unit_or_not_at_all(dose: str, meant: tuple[str, Decimal] | None) -> None:
    assert measured(dose) == meant


def test_a_unit_that_slipped_is_asked_about_and_another_unit_of_the_same_amount_is_not(world: World) -> None:
    for number, dose in enumerate(("30 毫升/亩", "25毫升/亩", "0.03 升/亩")):
        farms.write(world, world.ama, f"spray-000{number}", dose=dose)
    farms.write(world, world.ama, "spray-0008", dose="30000 克/亩")  # another kind of measure
    with pytest.raises(Unsure, match="写的是 30,000 mL。平常是 30 mL（以前 3 次的中位数），这次是它的 1,000 倍"):
        farms.write(world, world.ama, "spray-0009", dose="30 升/亩")


def test_a_correction_is_asked_about_beside_the_others_and_not_beside_what_it_mends(world: World) -> None:
    for number in range(3):
        farms.write(world, world.ama, f"spray-000{number}")
    wrong = farms.write(world, world.ama, "spray-0003", dose="300 毫升/亩")
    with pytest.raises(Unsure):
        farms.correct(world, world.ama, wrong, "spray-0004", dose="301 毫升/亩")
    farms.correct(world, world.ama, wrong, "spray-0005", dose="35 毫升/亩")


def test_more_land_than_the_plot_has_is_asked_about(world: World) -> None:
    with pytest.raises(Unsure, match="写的面积是 21 亩，“屋后坡”只有 20 亩"):
        farms.write(world, world.ama, "spray-0001", area_mu="21")


def test_doses_of_nothing_say_nothing_of_what_is_usual(world: World) -> None:
    for number in range(4):
        farms.write(world, world.ama, f"spray-000{number}", dose="0 毫升/亩")
    farms.write(world, world.ama, "spray-0009", dose="30 毫升/亩")
