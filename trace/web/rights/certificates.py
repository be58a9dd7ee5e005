"""Rights of certificates (两品一标)."""

from ...models import Certification, Producer, Product
from .rule import DESK, O, Rules, may

RULES: Rules = {
    ("producer.certificates", "GET"): may(DESK),
    ("producer.new_certificate", "GET"): may(DESK),
    ("producer.new_certificate", "POST"): may(DESK),
    ("producer.certificate", "GET"): may(DESK, of=Certification),
    ("producer.certificate", "POST"): may(DESK, of=Certification),
    ("bureau.certificates", "GET"): may(O),
    ("bureau.next_certificate", "GET"): may(O),
    ("bureau.new_certificate", "GET"): may(O),
    ("bureau.new_certificate", "POST"): may(O),
    ("bureau.producer_certificate", "GET"): may(O, of=Producer),
    ("bureau.producer_certificate", "POST"): may(O, of=Producer),
    ("bureau.certificate", "GET"): may(O, of=Certification),
    ("bureau.check_certificate", "POST"): may(O, of=Certification),
    ("bureau.verify_certificate", "POST"): may(O, of=Certification),
    ("bureau.return_certificate", "POST"): may(O, of=Certification),
    ("bureau.end_certificate", "POST"): may(O, of=Certification),
    ("bureau.attach_certificate", "POST"): may(O, of=Certification),
    ("bureau.expiry", "GET"): may(O),
    ("bureau.certify", "POST"): may(O, of=Product),
    ("bureau.withdraw_certification", "POST"): may(O, of=Certification),
    ("bureau.check_certificates", "POST"): may(O),
    ("bureau.verify_certificates", "POST"): may(O),
    ("bureau.return_certificates", "POST"): may(O),
}
