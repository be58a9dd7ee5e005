"""What a label or a code of a batch says and what is no longer so: its brand, its certificates. The page tells it, with the reason."""

from dataclasses import dataclass

from ..codes.payload import Fact
from ..errors import N_, Message
from ..models import Batch
from ..provenance.claims import Claims
from ..provenance.naming import BOUGHT, RECALLED

FACT_WORDS = {
    Fact.GREEN: N_("绿色食品"),
    Fact.ORGANIC: N_("有机产品"),
    Fact.GEOGRAPHICAL: N_("地理标志"),
    Fact.INSURED: N_("质量保险"),
}
CERTIFIED = (Fact.GREEN, Fact.ORGANIC, Fact.GEOGRAPHICAL)  # how the insurance stands is told by itself


@dataclass(frozen=True, slots=True)
class Lapse:
    """A claim that does not hold today. `claim` is the brand's name, or the certificate's word (a msgid)."""

    is_brand: bool
    claim: str
    why: Message


@dataclass(frozen=True, slots=True)
class Lapses:
    """What of a batch's claims has lapsed: of the brand, and of whatever certificates its codes say. `now`: what is certified
    today; `why`: why another certificate is not told any more."""

    brand: tuple[Lapse, ...] = ()
    now: Fact = Fact(0)
    why: Message = Message("")

    def since(self, at_issue: int) -> tuple[Lapse, ...]:
        """The lapses for codes that say `at_issue` (see `codes.payload.Fact`)."""
        gone = (fact for fact in CERTIFIED if fact & at_issue and not fact & self.now)
        return (*self.brand, *(Lapse(False, FACT_WORDS[fact], self.why) for fact in gone))


def lapses_of(batch: Batch, said: Claims) -> Lapses:
    """What has lapsed of what the labels of a batch may say, given what it may claim today."""
    brand = batch.brand
    told = Message(N_("它的产品今天不用这个品牌"))
    lost = () if brand is None or said.brand is brand else (Lapse(True, brand.name, said.why or told),)
    return Lapses(lost, said.facts, Message(_why(said)))


def _why(said: Claims) -> str:
    if said.nature.recalled:
        return RECALLED
    return BOUGHT if said.nature.bought else N_("今天没有管得到这些货的有效证书")
