"""Rights of commitment certificates (承诺达标合格证): a producer issues and voids its own, officers see their county's;
anyone asks after a number."""

from ...models import Batch, CommitmentCertificate
from .rule import ANYONE, DESK, O, Rules, may

RULES: Rules = {
    ("public.commitment", "GET"): ANYONE,
    ("public.check_commitments", "GET"): ANYONE,
    ("public.commitments_xlsx", "GET"): ANYONE,
    ("producer.commitments", "GET"): may(DESK),
    ("producer.new_commitment", "GET"): may(DESK, of=Batch),
    ("producer.new_commitment", "POST"): may(DESK, of=Batch),
    ("producer.collected", "GET"): may(DESK),
    ("producer.collected", "POST"): may(DESK),
    ("producer.commitment", "GET"): may(DESK, of=CommitmentCertificate),
    ("producer.commitment_pdf", "GET"): may(DESK, of=CommitmentCertificate),
    ("producer.void_commitment", "POST"): may(DESK, of=CommitmentCertificate),
    ("bureau.commitments", "GET"): may(O),
    ("bureau.export_commitments", "GET"): may(O),
}
