"""Looks up a typed ID number (身份证号) of a batch or a product.

It tells what the record says and proves no single pack.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..audit import credit
from ..certification import claims
from ..clock import day_of
from ..codes.idnumber import parse_id_number
from ..errors import N_, Message, NotFound
from ..indicators import cache
from ..installation.installation import Installation
from ..insurance import coverage
from ..log import leaves
from ..models import Batch, Product
from .answer import Answer
from .batch_facts import gather
from .id_card import Level, product_card
from .pack import batch_answer
from .verdicts import REASONS, STATE_VERDICTS, Verdict

LookUp = Callable[[Session, Installation, str, datetime], Answer]
"""The shape of `look_up_batch` and `look_up_product`."""


def look_up_batch(session: Session, installation: Installation, typed: str, now: datetime) -> Answer:
    """The answer to a typed batch number at `now` (aware UTC); it never says that a pack is genuine.

    Raises BadIdNumber, which names the wrong character, or NotFound.
    """
    number = parse_id_number(typed)
    found = gather(session, installation, number, day_of(now))
    if found is None:
        raise NotFound(N_("没有身份证号为 %(number)s 的批次；请对照标签再输一次"), number=number)
    verdict = STATE_VERDICTS.get(found.standing.state, Verdict.ON_RECORD)
    line = cache.last_line(session, installation.policy, day_of(now))
    answer = batch_answer(found.facts, found.standing, verdict, found.standing.reason)
    return replace(answer, progress=line, leaf=leaves.last_of_batch(session, number))


def look_up_product(session: Session, installation: Installation, typed: str, now: datetime) -> Answer:
    """The answer to a typed product number (一品一码) at `now` (aware UTC). Raises BadIdNumber or NotFound."""
    number = parse_id_number(typed)
    product = session.scalar(
        sa.select(Product)
        .where(Product.id_number == number)
        .options(joinedload(Product.producer), joinedload(Product.brand))
    )
    if product is None:
        raise NotFound(N_("没有身份证号为 %(number)s 的产品；请对照标签再输一次"), number=number)
    today = day_of(now)
    return Answer(
        Verdict.ON_RECORD,
        Message(REASONS[Verdict.ON_RECORD]),
        Level.PRODUCT,
        number,
        card=product_card(session, installation, product, today),
        certifications=claims.badges(session, product.id, today),
        insurance=coverage.of_product(session, product, today),
        progress=cache.last_line(session, installation.policy, today),
        credit=credit.summary(session, installation.policy, product.producer_id, today),
    )


def kind_of_number(session: Session, typed: str) -> Level:
    """Whether a typed ID number belongs to a batch or to a product. Raises BadIdNumber or NotFound."""
    number = parse_id_number(typed)
    if session.scalar(sa.select(Batch.id).where(Batch.id_number == number)):
        return Level.BATCH
    if session.scalar(sa.select(Product.id).where(Product.id_number == number)):
        return Level.PRODUCT
    raise NotFound(N_("没有身份证号为 %(number)s 的产品或批次；请对照标签再输一次"), number=number)
