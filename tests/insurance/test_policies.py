"""Policies enter the record: typed by an insurer or an officer, verified by another officer, ended with a reason."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from world import NOW, PASSWORD, USCC, World
from world.insured import GOOD, entered, insured
from world.listing import listed
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.audit import log
from yipin.codes.idnumber import spaced
from yipin.errors import Conflict, Invalid
from yipin.insurance import policies
from yipin.insurance.lists import POLICIES
from yipin.insurance.policies import PolicyForm, enter, mark, verify
from yipin.models import Action, InsurancePolicy, Insurer, PolicyState, Product, Role


def product_of(world: World, who: Actor) -> Product:
    with world.db.read.begin() as session:
        return session.scalars(sa.select(Product).where(Product.producer_id == who.producer_id)).one()


def insurer(world: World, login: str, name: str) -> Actor:
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            Actor("founder", NOW),
            world.installation.policy,
            login=login,
            name="经办人",
            insurer=name,
            role=Role.INSURER,
            password=PASSWORD,
        )
    return world.actor(login)


FULL = GOOD | {
    "uscc": "915101007130545948",
    "kind": "quality",
    "retroactive_from": "2025-10-01",
    "limit_cumulative": "1,500,000",
    "limit_per_incident": "500000",
    "limit_per_person": "200000",
    "premium": "3000.50",
    "subsidy_share": "90",
    "claim_url": "https://www.example.cn/claim",
    "exclusions": "自行加工后食用的不赔",
}


def test_a_policy_is_kept_as_it_was_typed_and_can_be_typed_again(world: World) -> None:
    product = product_of(world, world.ama)
    with world.db.write.begin() as session:
        row = entered(session, world.chen, product, **FULL)
        form = PolicyForm.of(row)
    assert form == PolicyForm(
        **FULL | {"subject": spaced(product.id_number or ""), "limit_cumulative": "1500000", "premium": "3000.5"}
    )
    with world.db.write.begin() as session:
        again = enter(session, world.chen, form, session.get_one(InsurancePolicy, row.id))
        assert PolicyForm.of(again) == form


WRONG = {
    "insurer": ["", "某", "某" * 41, "<b>公司</b>", "公司🍑"],
    "uscc": ["1", "915101007130545949"],
    "kind": ["", "life"],
    "scope": ["", "city"],
    "subject": ["", "1", "430225AAAAAAAAA0", USCC["other"], "934302250000000018"],
    "number": ["", "123", "9" * 61, "12\x0034"],
    "valid_from": ["", "soon"],
    "valid_to": ["", "2025-12-31", "2026-13-01"],
    "retroactive_from": ["then", "2026-01-02"],
    "limit_cumulative": ["-1", "0", "much", "10000000001"],
    "limit_per_incident": ["1500001"],
    "limit_per_person": ["500001"],
    "premium": ["free"],
    "subsidy_share": ["101", "half"],
    "hotline": ["9" * 21, "95518🍑", "call us"],
    "claim_url": [
        "http://example.cn/",
        "https://example",
        "https://a@example.cn/",
        "javascript:alert(1)",
        "https://example.cn/<a>",
        "https://例.cn/",
        "https://example.cn/" + "a" * 300,
    ],
    "exclusions": ["不" * 801, "<script>"],
}


def test_each_wrong_field_of_a_policy_is_named(world: World) -> None:
    product = product_of(world, world.ama)
    for field, values in WRONG.items():
        for value in values:
            with pytest.raises(Invalid) as answer, world.db.write() as session:
                entered(session, world.chen, product, **FULL | {field: value})
            assert answer.value.field == field, value


def test_a_share_of_nothing_is_no_subsidy(world: World) -> None:
    with world.db.write() as session:
        assert entered(session, world.chen, product_of(world, world.ama), subsidy_share="0.0").subsidy_share is None


def test_what_is_insured_is_named_by_a_number_on_the_label_or_a_uscc(world: World) -> None:
    product, batch = product_of(world, world.ama), world.declare()
    cases = {
        ("producer", USCC["ama"]): (None, None),
        ("producer", product.id_number): (None, None),
        ("producer", batch.id_number.lower()): (None, None),
        ("product", spaced(product.id_number or "")): (product.id, None),
        ("product", batch.id_number): (product.id, None),
        ("batch", batch.id_number): (None, batch.id),
    }
    for (scope, subject), ids in cases.items():
        with world.db.write() as session:
            row = entered(session, world.chen, product, scope=scope, subject=subject or "")
            assert (row.producer_id, row.product_id, row.batch_id) == (world.ama.producer_id, *ids), (scope, subject)
    for scope, subject in (("product", USCC["ama"]), ("batch", USCC["ama"]), ("batch", product.id_number)):
        with pytest.raises(Invalid) as answer, world.db.write() as session:
            entered(session, world.chen, product, scope=scope, subject=subject or "")
        assert answer.value.field == "subject"


def test_nobody_verifies_what_they_typed_not_even_in_the_database(world: World) -> None:
    county = world.officer_of("430225")
    with world.db.write.begin() as session:
        row = entered(session, world.chen, product_of(world, world.ama))
    with pytest.raises(Conflict, match="另一位监管人员"), world.db.write.begin() as session:
        verify(session, world.chen, session.get_one(InsurancePolicy, row.id), mark(row))
    with pytest.raises(sa.exc.IntegrityError), world.db.write.begin() as session:
        found = session.get_one(InsurancePolicy, row.id)
        found.state, found.verified_by, found.verified_at = PolicyState.VERIFIED, world.chen.account_id, NOW
        log.record(session, world.chen, Action.INSURANCE_VERIFY, found)
    with world.db.write.begin() as session:
        verify(session, county, session.get_one(InsurancePolicy, row.id), mark(row))
    assert world.get(InsurancePolicy, row.id).state is PolicyState.VERIFIED


def test_what_was_changed_while_the_officer_looked_is_not_verified(world: World) -> None:
    company = insurer(world, "ines", "某保险公司")
    with world.db.write.begin() as session:
        row = entered(session, company, product_of(world, world.ama), insurer="")
        seen = mark(row)
    with world.db.write.begin() as session:
        later = replace(company, at=NOW + timedelta(seconds=1))
        found = session.get_one(InsurancePolicy, row.id)
        enter(session, later, replace(PolicyForm.of(found), valid_to="2027-12-31"), found)
    with pytest.raises(Conflict, match="再看一遍"), world.db.write.begin() as session:
        verify(session, world.chen, session.get_one(InsurancePolicy, row.id), seen)


def test_a_returned_policy_is_mended_and_a_verified_one_only_ended(world: World) -> None:
    county = world.officer_of("430225")
    with world.db.write.begin() as session:
        row = entered(session, world.chen, product_of(world, world.ama))
        policies.send_back(session, county, row, "止期看不清")
        assert (row.state, row.return_reason) == (PolicyState.RETURNED, "止期看不清")
        enter(session, world.chen, replace(PolicyForm.of(row), valid_to="2026-11-30"), row)
        assert (row.state, row.return_reason, row.valid_to) == (PolicyState.ENTERED, None, date(2026, 11, 30))
        verify(session, county, row, mark(row))
        for act in (
            lambda: enter(session, world.chen, PolicyForm.of(row), row),
            lambda: verify(session, county, row, mark(row)),
            lambda: policies.send_back(session, county, row, "再看看"),
        ):
            with pytest.raises(Conflict, match="已经办过了"):
                act()
        policies.end(session, world.chen, row, how="cancelled", ended_on="2026-07-20", reason="投保人退保")
    with world.db.read.begin() as session:
        told = [(event.action, event.reason) for event in log.events_of(session, row)]
    assert told == [
        ("insurance.enter", None),
        ("insurance.return", "止期看不清"),
        ("insurance.enter", None),
        ("insurance.verify", None),
        ("insurance.end", "投保人退保"),
    ]


def test_a_policy_ends_once_with_a_reason_and_on_a_day_that_makes_sense(world: World) -> None:
    with world.db.write.begin() as session:
        row = insured(session, world.chen, product_of(world, world.ama), valid_from="2026-02-01")
    wrong = [
        ("cancelled", "2026-01-31", "退保", "ended_on"),
        ("cancelled", "2027-01-01", "退保", "ended_on"),
        ("cancelled", "2026-07-21", "退保", "ended_on"),
        ("withdrawn", "2026-07-21", "输错", "ended_on"),
        ("cancelled", "", "", "reason"),
        ("gone", "", "退保", "how"),
    ]
    for how, day, reason, field in wrong:
        with pytest.raises(Invalid) as answer, world.db.write() as session:
            policies.end(
                session, world.chen, session.get_one(InsurancePolicy, row.id), how=how, ended_on=day, reason=reason
            )
        assert answer.value.field == field, (how, day)
    with world.db.write.begin() as session:
        found = session.get_one(InsurancePolicy, row.id)
        policies.end(session, world.chen, found, how="withdrawn", ended_on="", reason="输错")
        assert found.ended_on == date(2026, 7, 20)
        with pytest.raises(Conflict, match="已经终止"):
            policies.end(session, world.chen, found, how="withdrawn", ended_on="", reason="输错")
        entered(session, world.chen, product_of(world, world.ama))  # the number is free for the right one


def test_a_policy_is_entered_once_for_each_kind_and_subject(world: World) -> None:
    product = product_of(world, world.ama)
    with world.db.write.begin() as session:
        row = entered(session, world.chen, product)
        with pytest.raises(Invalid, match="已经登记过") as answer:
            entered(session, world.chen, product)
        assert answer.value.field == "number"
        enter(session, world.chen, PolicyForm.of(row), row)  # mending is no second one
        entered(session, world.chen, product, kind="recall")
        entered(session, world.chen, product, scope="producer")
        entered(session, world.chen, product, insurer="另一家保险公司")


def test_an_insurer_enters_for_its_own_company_alone(world: World) -> None:
    ines, product = insurer(world, "ines", "某保险公司"), product_of(world, world.ama)
    with world.db.write.begin() as session:
        row = entered(session, ines, product, insurer="")
        assert row.insurer.name == "某保险公司" and row.insurer_id == ines.insurer_id
        entered(session, ines, product, kind="recall", insurer=" 某保险公司 ")
        with pytest.raises(Invalid) as answer:
            entered(session, ines, product, insurer="另一家保险公司")
        assert answer.value.field == "insurer"
        with pytest.raises(Conflict, match="没有绑定保险机构"):
            entered(session, replace(ines, insurer_id=None), product, insurer="某保险公司")


def test_each_sees_its_own_policies(world: World) -> None:
    ines, other = insurer(world, "ines", "某保险公司"), insurer(world, "otto", "另一家保险公司")
    with world.db.write.begin() as session:
        entered(session, ines, product_of(world, world.ama), insurer="")
        entered(session, world.chen, product_of(world, world.ben), insurer="另一家保险公司")
        entered(session, world.chen, product_of(world, world.ama), insurer="第三家保险公司")
    seen = [
        (ines, 1),
        (other, 1),
        (replace(ines, insurer_id=None), 0),
        (world.chen, 3),
        (world.ama, 2),
        (world.ben, 1),
        (world.officer_of("430225"), 3),
        (world.officer_of("430281"), 0),
        (Actor("nobody", NOW), 0),
    ]
    with world.db.read.begin() as session:
        for actor, count in seen:
            assert listed(session, POLICIES, actor).total == count, actor.name


def test_an_officer_enters_for_the_own_county_alone(world: World) -> None:
    for county, field in (("430281", "subject"), ("430225", None)):
        officer = world.officer_of(county)
        with world.db.write() as session:
            if field is None:
                entered(session, officer, product_of(world, world.ama))
                continue
            with pytest.raises(Invalid) as answer:
                entered(session, officer, product_of(world, world.ama))
            assert answer.value.field == field


def test_a_companys_name_and_uscc_mean_one_company(world: World) -> None:
    product = product_of(world, world.ama)
    with world.db.write.begin() as session:
        first = entered(session, world.chen, product)
        again = entered(session, world.chen, product, kind="recall", insurer="  某保险公司 ", uscc="915101007130545948")
        assert again.insurer_id == first.insurer_id and first.insurer.uscc == "915101007130545948"
        for changes in ({"insurer": "另一家保险公司", "uscc": "915101007130545948"}, {"uscc": USCC["ben"]}):
            with pytest.raises(Invalid) as answer:
                entered(session, world.chen, product, kind="quality", **changes)
            assert answer.value.field == "uscc"
        assert session.scalars(sa.select(Insurer.name)).all() == ["某保险公司"]
