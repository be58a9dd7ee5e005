"""Where a plot lies: said by its growers, seen by them and their officers, and by nobody else."""

import re

import sqlalchemy as sa
from flask import Flask

from world import World, signed_in
from world.reading import see
from world.zips import bundle
from yipin.models import Event, Plot, PositionSource


def plot_of(world: World) -> Plot:
    with world.db.read.begin() as session:
        found = session.scalars(sa.select(Plot).where(Plot.producer_id == world.ama.producer_id)).first()
        assert found
        return found


def test_a_position_is_kept_with_its_source_and_the_old_one_stays_in_the_history(world: World, app: Flask) -> None:
    ama, plot = signed_in(app, "ama"), plot_of(world)
    address = f"/producer/plots/{plot.id}/position"
    for typed, source in (("27.80123, 113.10456", "phone"), ("113.10500 27.80123", "typed")):
        assert ama.post(address, data={"position": typed, "source": source}).location == f"/producer/plots/{plot.id}"
    page = ama.get(f"/producer/plots/{plot.id}").text
    assert "27.80123, 113.10500 " in page and "手填" in page and "<del>27.80123, 113.10456</del>" in page
    assert b'"position": "27.80123, 113.10500"' in bundle(world, world.ama).read("rows/plots.json")
    assert ama.post(address, data={"position": "", "source": "typed"}).status_code == 302
    assert plot_of(world).latitude is None and plot_of(world).position_from is None


def test_officers_of_the_county_see_it_and_the_public_does_not(world: World, app: Flask) -> None:
    ama, plot, batch = signed_in(app, "ama"), plot_of(world), world.declare()
    ama.post(f"/producer/plots/{plot.id}/position", data={"position": "26.48961, 113.77123", "source": "phone"})
    world.officer_of("430225")
    assert "26.48961, 113.77123" in signed_in(app, "officer-430225").get(f"/bureau/producers/{plot.producer_id}").text
    assert "26.4" not in app.test_client().get(f"/b/{batch.id_number}").text
    assert signed_in(app, "ben").get(f"/producer/plots/{plot.id}/position").status_code == 404


def test_a_place_outside_the_city_is_asked_about_and_one_that_cannot_be_read_is_told(world: World, app: Flask) -> None:
    ama, address = signed_in(app, "ama"), f"/producer/plots/{plot_of(world).id}/position"
    asked = ama.post(address, data={"position": "31.23, 121.47", "source": "typed"})
    page = see(asked.text)
    assert (
        asked.status_code == 409 and "不在株洲市的范围里" in asked.text and page.values["position"] == ["31.23, 121.47"]
    )
    yes = {"position": "31.23, 121.47", "source": "typed", "confirm": page.values["confirm"][0]}
    assert ama.post(address, data=yes).status_code == 302
    with world.db.read.begin() as session:
        told = session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
    assert told and told.data["confirmed"] and told.data["source"] == PositionSource.TYPED
    for wrong in ("x", "0, 0"):
        refused = ama.post(address, data={"position": wrong, "source": "typed"})
        assert refused.status_code == 422 and see(refused.text).values["position"] == [wrong]
    assert ama.post(address, data={"position": "27.8, 113.1", "source": "satellite"}).status_code == 422


def test_a_tap_on_the_sketch_fills_the_form_and_keeps_nothing(world: World, app: Flask) -> None:
    ama, plot = signed_in(app, "ama"), plot_of(world)
    address = f"/producer/plots/{plot.id}/position"
    assert "plot-sketch" not in ama.get(address).text  # nothing to find one's way by
    neighbour = {"name": "对面坡", "county": plot.county, "place": plot.place, "area_mu": "3", "kind": "field"}
    assert ama.post("/producer/plots", data=neighbour).status_code == 302
    ama.post(f"{address.replace(str(plot.id), _newest(world))}", data={"position": "27.8, 113.1", "source": "phone"})
    page = ama.get(address)
    assert "对面坡" in page.text and page.text.count("<rect") == 49
    tile = re.findall(r'<a href="([^"]+)" aria-label="27.80100, 113.10000"', page.text)[0].replace("&amp;", "&")
    tapped = see(ama.get(tile.partition("#")[0]).text).values
    assert (tapped["position"], tapped["source"]) == (["27.80100, 113.10000"], ["sketch"])
    assert plot_of(world).latitude is None
    assert ama.get(f"{address}?at=x&size=9").status_code == 200


def _newest(world: World) -> str:
    with world.db.read.begin() as session:
        return str(session.scalar(sa.select(sa.func.max(Plot.id)).where(Plot.producer_id == world.ama.producer_id)))


def test_only_its_page_may_ask_the_browser_where_it_is(world: World, app: Flask) -> None:
    ama, plot = signed_in(app, "ama"), plot_of(world)
    pages = f"/producer/plots/{plot.id}/position", f"/producer/plots/{plot.id}", "/producer/farm/new", "/"
    granted = ["geolocation=(self)" in ama.get(path).headers["Permissions-Policy"] for path in pages]
    assert granted == [True, False, False, False]
