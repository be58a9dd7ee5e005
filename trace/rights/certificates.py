"""Rights of certificates (两品一标)."""

from ..models import Certification, Product
from .rule import O, Rules, may

RULES: Rules = {
    ("bureau.certify", "POST"): may(O, of=Product),
    ("bureau.withdraw_certification", "POST"): may(O, of=Certification),
}
