"""An answer as JSON: the same facts as the page. Sentences are in the reader's language."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal

from flask import url_for
from flask_babel import gettext

from ..certification.claims import Badge
from ..chain.way import Way, WayNode
from ..commitment.certificates import Commitment
from ..indicators.board import Progress
from ..insurance.coverage import COVER_WORDS, CoverNote, Insurance
from ..scan.answer import Answer
from ..scan.id_card import IdCard, Level
from ..scan.lapses import Lapse
from ..scan.verdicts import VERDICT_WORDS
from .commoditywords import name_of
from .guard import service
from .language import measure, say

Json = dict[str, object]


def as_json(answer: Answer) -> Json:
    """The answer as JSON. Every key is always there, and null means unknown. Days are ISO 8601, moments UTC."""
    return {
        "verdict": answer.verdict,
        "verdict_text": gettext(VERDICT_WORDS[answer.verdict]),
        "reason": say(answer.reason),
        "advice": say(answer.advice) or None,
        "fault": say(answer.fault) or None,
        "codes": list(answer.codes),
        "since": _iso(answer.since),
        "level": answer.level,
        **_card(answer.card),
        **_looks(answer),
        "certifications": [_badge(badge) for badge in answer.certifications],
        "lapsed": [_lapse(lapse) for lapse in answer.lapses],
        "insurance": _insurance(answer.insurance),
        "progress": _progress(answer.progress),
        "credit": answer.credit
        and {
            "years": answer.credit.years,
            "since": _iso(answer.credit.since),
            "recalls": answer.credit.recalls,
            "complaints": answer.credit.complaints,
        },
        "steps": [{"day": _iso(step.day), "what": say(step.what)} for step in answer.steps],
        "trace": _trace(answer.way),
        "commitment_certificate": _commitment(answer.commitment),
        "log": log_of(answer.leaf, answer.card.id_number) if answer.card and answer.level is Level.BATCH else None,
        "key": answer.key_number,
        "kind": answer.kind if answer.level is Level.UNIT else None,
        "facts_at_issue": [gettext(fact) for fact in answer.facts_at_issue],
    }


def log_of(leaf: int | None, number: str) -> Json:
    """Where the public log tells of this number: the index and the proof of its last published act, and all its acts."""
    proof = None if leaf is None else url_for("public.log_proof", index=leaf)
    return {"index": leaf, "proof": proof, "entries": url_for("public.log_of", number=number)}


def _card(card: IdCard | None) -> Json:
    return {
        "id_number": card and card.id_number,
        "product_id_number": card and card.product_id_number,
        "unit": card and card.unit,
        "product": card and card.product,
        "commodity": card and card.commodity,
        "commodity_text": name_of(card.commodity) if card and card.commodity else None,
        "brand": card and card.brand,
        "producer": card and card.producer,
        "county": card and say(card.county),
        "place": card and card.place,
        "bought": bool(card and card.bought),
        "harvest_date": _iso(card.harvest_date if card else None),
        "made": bool(card and card.made),
        "best_before": _iso(card.best_before if card else None),
        "food_licence": card and card.licence,
        "net_content": card and (measure(card.net_content) or None),
        "demonstration": bool(card and card.demonstration),
    }


def _looks(answer: Answer) -> Json:
    """How often and by how many the pack was looked at: see `scan.looks.Seen`."""
    return {
        "scans": answer.scans,
        "readers": answer.readers,
        "days": answer.days,
        "first_scan": _iso(answer.first_scan),
        "counting": answer.counting,
    }


def _iso(value: date | datetime | None) -> str | None:
    return value.isoformat() if value else None


def _badge(badge: Badge) -> Json:
    return {
        "scheme": badge.scheme,
        "name": gettext(badge.name),
        "number": badge.number,
        "valid_from": _iso(badge.valid_from),
        "valid_to": _iso(badge.valid_to),
        "holder": badge.holder,
        "source": badge.source,
        "mark_code": badge.mark_code,
        "register": service().installation.policy.register.get(badge.scheme),
    }


def _lapse(lapse: Lapse) -> Json:
    """What the label or the code says and what is not so today."""
    kind = "brand" if lapse.is_brand else "certificate"
    return {"kind": kind, "claim": lapse.claim if lapse.is_brand else gettext(lapse.claim), "why": say(lapse.why)}


def _insurance(insurance: Insurance | None) -> Json | None:
    if insurance is None:
        return None
    return {
        "status": insurance.status,
        "status_text": gettext(COVER_WORDS[insurance.status]),
        "policies": [_note(note) for note in insurance.notes],
    }


def _note(note: CoverNote) -> Json:
    """A policy. Days are ISO 8601. Limits are in yuan, as text, so that nothing is rounded."""
    told = {
        name: _iso(value) if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
        for name, value in asdict(note).items()
    }
    return told | {"name": gettext(note.name)}


def _progress(progress: Progress | None) -> Json | None:
    if progress is None:
        return None
    return {
        "indicator": gettext(progress.indicator),
        "counted": progress.counted,
        "demonstration_lines": progress.demonstrations,
        "target": progress.target,
        "period": progress.period,
        "rule": say(progress.rule),
        "as_of": _iso(progress.as_of),
        "source": say(progress.source),
        "draft": progress.draft,
    }


def _commitment(row: Commitment | None) -> Json | None:
    return (
        None
        if row is None
        else {
            "number": row.number,
            "template": row.template,
            "quantity": f"{row.quantity:f}",
            "unit": row.unit,
            "basis": list(row.basis),
            "issued_on": _iso(row.issued_on),
        }
    )


def _trace(way: Way | None) -> Json:
    """The chain in both directions, nearest first. Quantities are texts of decimals, which stay exact."""
    found = way or Way("harvest", (), (), ())
    links = [
        {"from": link.from_number, "to": link.to_number, "taken": f"{link.taken:f}", "loss": f"{link.loss:f}"}
        for link in found.links
    ]
    return {
        "upstream": [_node(node) for node in found.upstream],
        "downstream": [_node(node) for node in found.downstream],
        "links": links,
        "cut": found.cut,
    }


def _node(node: WayNode) -> Json:
    return {
        "id_number": node.id_number,
        "kind": node.kind,
        "product": node.product,
        "producer": node.producer,
        "county": say(node.county),
        "day": _iso(node.day),
        "quantity": f"{node.quantity:f}",
        "unit": node.unit,
        "depth": node.depth,
        "state": node.state,
    }
