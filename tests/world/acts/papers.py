"""Commitment certificates, certificates of schemes and policies of insurance: entered, judged, ended."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from world.acts.doing import Act, Doing
from world.certificates import numbered
from world.insured import entered
from yipin.access.actor import Actor
from yipin.certification import claims
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.commitment import certificates, collecting
from yipin.insurance import policies
from yipin.models import Batch, Brand, Certification, CommitmentCertificate, InsurancePolicy, Product


def _commit(do: Doing) -> None:
    row = do.any(Batch)
    form = certificates.CommitmentForm("5", ["control"], key=f"c{do.number()}")
    certificates.issue(do.session, do.owner(row.producer_id), do.world.installation.policy, row, form)


def _void_commitment(do: Doing) -> None:
    row = do.any(CommitmentCertificate)
    certificates.void(do.session, do.owner(row.batch.producer_id), row, "填错了")


def _collect(do: Doing) -> None:
    collecting.collect(do.session, do.ben, do.world.installation.policy, do.any(CommitmentCertificate).number)


def _paper(do: Doing, product: Product) -> DeclaredCertificate:
    until = do.word("2026-12-31", "2026-07-20", "2026-07-19")
    number = numbered("green", do.number())
    return DeclaredCertificate("green", number, "2024-01-01", until, "", lines=(Line(str(product.id)),))


def _certify(do: Doing) -> None:
    who = do.grower
    claims.declare(do.session, who, _paper(do, do.any(Product, Product.producer_id == who.producer_id)))


def _certify_brand(do: Doing) -> None:
    brand = do.any(Brand, Brand.key == "yanling-peach")
    paper = DeclaredCertificate(
        "geographical",
        numbered("geographical", do.number() % 99999),
        "2020-01-01",
        "",
        holder="协会",
        lines=(Line("", "炎陵黄桃"),),
    )
    claims.declare(do.session, do.chen, paper, brand=brand)


def _mend(do: Doing) -> None:
    row = do.any(Certification, Certification.producer_id.is_not(None))
    product = do.any(Product, Product.producer_id == row.producer_id)
    claims.mend(do.session, do.owner(row.producer_id), row, _paper(do, product))


def _enter_certificate(do: Doing) -> None:
    claims.enter(
        do.session,
        do.chen,
        do.any(Product),
        scheme="organic",
        number=numbered("organic", do.number() % 99999),
        valid_from="2026-01-01",
        valid_to="2026-12-31",
    )


def _of_certificate(act: Callable[[Session, Actor, Certification], None]) -> Act:
    return lambda do: act(do.session, do.chen, do.any(Certification))


def _end_certificate(do: Doing) -> None:
    claims.end(
        do.session,
        do.chen,
        do.any(Certification),
        how="revoked",
        on=do.word("2026-07-20", "2026-07-01"),
        reason="被撤销",
    )


def _insure(do: Doing) -> None:
    product = do.any(Product)
    scope = do.word("product", "producer", "batch")
    subject = {
        "product": product.id_number or "",
        "producer": product.producer.uscc or "",
        "batch": do.any(Batch).id_number,
    }[scope]
    days = do.word("2026-12-31", "2026-07-15", "2026-07-01")
    entered(do.session, do.typist, product, scope=scope, subject=subject, number=f"P-{do.number()}", valid_to=days)


def _verify_policy(do: Doing) -> None:
    row = do.any(InsurancePolicy)
    policies.verify(do.session, do.chen, row, policies.mark(row))


def _return_policy(do: Doing) -> None:
    policies.send_back(do.session, do.chen, do.any(InsurancePolicy), "号码不清楚")


def _end_policy(do: Doing) -> None:
    how, on = do.random.choice([("withdrawn", ""), ("cancelled", "2026-07-16")])
    policies.end(do.session, do.chen, do.any(InsurancePolicy), how=how, ended_on=on, reason="退保了")


ACTS: tuple[Act, ...] = (
    *(_commit, _void_commitment, _collect),
    *(_certify, _certify_brand, _mend, _enter_certificate, _end_certificate),
    *(_of_certificate(claims.check), _of_certificate(claims.verify)),
    lambda do: claims.send_back(do.session, do.chen, do.any(Certification), "看不清楚"),
    *(_insure, _verify_policy, _return_policy, _end_policy),
)
