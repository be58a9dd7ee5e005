"""Producers, plots, accounts, the record of the farm, complaints, the credit record and the pilot."""

from world import NOW, signin
from world.acts.doing import COUNTY, Act, Doing, every_code
from world.farms import form as entry_form
from yipin.access.actor import Actor
from yipin.accounts import links
from yipin.audit import credit, log
from yipin.cases import complaint_desk, complaints
from yipin.farm import entries, farmers
from yipin.insurance import pilot
from yipin.models import Account, Action, Complaint, CreditEntry, FarmEntry, PilotMember, Producer, Product, Role
from yipin.register import plots, producers


def _profile(do: Doing) -> None:
    """A producer's name is set right, as the county does it after a return."""
    row = do.any(Producer)
    who = do.owner(row.id)
    producers.return_producer(do.session, do.chen, row, "名称不对")
    form = producers.ProducerForm(
        f"{row.name[:3]} 合作社{do.number() % 100}",
        "cooperative",
        row.uscc or "",
        "",
        COUNTY,
        "霞阳镇",
        "某",
        "13800000000",
    )
    producers.submit_producer(do.session, who, do.world.installation.policy, do.world.installation.secrets, form)
    producers.approve_producer(do.session, do.chen, row)


def _rename(do: Doing) -> None:
    """Whatever becomes of a producer, a scan tells its present name."""
    row = do.any(Producer)
    row.name = f"{row.name[:3]} 合作社{do.number() % 100}"
    log.record(do.session, do.chen, Action.PRODUCER_APPROVE, row)


def _plot_add(do: Doing) -> None:
    plots.add_plot(
        do.session,
        do.grower,
        do.world.installation.policy,
        name=f"地{do.number()}",
        county=COUNTY,
        place="霞阳镇",
        area_mu="0.5",
        kind=do.word("field", "works"),
    )


def _farmer(do: Doing) -> None:
    farmers.add_farmer(do.session, do.grower, name=f"农户{do.number() % 1000}", place="霞阳镇山垄村")


def _account(do: Doing) -> None:
    name = f"u{do.number()}"
    signin.add_account(
        do.session,
        do.chen,
        do.world.installation.policy,
        login=name,
        name=name,
        role=Role.PRODUCER,
        password="a pear in a tree",
    )


def _bind(do: Doing) -> None:
    account = do.any(Account, Account.role == Role.PRODUCER)
    links.bind(do.session, do.chen, do.any(Producer), account.login)


def _write_farm(do: Doing) -> None:
    who = do.grower
    entries.record_entry(do.session, who, entry_form(do.world, who, do.key()))


def _withdraw_farm(do: Doing) -> None:
    row = do.any(FarmEntry)
    entries.withdraw(do.session, do.owner(row.producer_id), row, "记错了一笔")


def _complain(do: Doing) -> None:
    digits = do.random.choice(every_code(do.world, do.session))
    form = complaints.ComplaintForm(
        kind="quality", what="打开以后发现已经坏了。", code=digits, county=COUNTY, consent=True
    )
    complaints.file(
        do.session, do.world.installation, Actor("", NOW), form, do.key(), f"198.51.{do.number() % 99}.0/24"
    )


def _decide(do: Doing) -> None:
    row = do.any(Complaint)
    wanted = complaint_desk.Decision(
        do.word("founded", "unfounded"), "已经查过了", against_producer=bool(do.number() % 3)
    )
    complaint_desk.decide(do.session, do.world.installation, do.chen, row, wanted)


def _reopen(do: Doing) -> None:
    complaint_desk.reopen(do.session, do.world.installation, do.chen, do.any(Complaint), "有新的证据")


def _credit(do: Doing) -> None:
    policy = do.world.installation.policy
    kind = do.word(*policy.credit.kinds)
    credit.enter(
        do.session, policy, do.chen, do.any(Producer), kind=kind, day="2026-07-01", source="通报", what="抽查情况"
    )


def _counter(do: Doing) -> None:
    credit.counter(do.session, do.chen, do.any(CreditEntry), "记错了主体")


def _pilot(do: Doing) -> None:
    pilot.join(do.session, do.chen, product_number=do.any(Product).id_number or "")


def _leave_pilot(do: Doing) -> None:
    pilot.leave(do.session, do.chen, do.any(PilotMember), left_on="2026-07-20", reason="不再参加")


ACTS: tuple[Act, ...] = (
    *(_profile, _rename, _plot_add, _farmer, _account, _bind, _write_farm, _withdraw_farm),
    *(_complain, _decide, _decide, _reopen, _credit, _counter, _pilot, _leave_pilot),
)
