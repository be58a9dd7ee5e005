"""Rights of commitment certificates (承诺达标合格证): a producer issues and voids its own, officers see their county's;
anyone asks after a number."""

from ...models import Batch, CommitmentCertificate
from .rule import ANYONE, O, P, Rules, may

RULES: Rules = {
    ("public.commitment", "GET"): ANYONE,
    ("public.check_commitments", "GET"): ANYONE,
    ("public.commitments_xlsx", "GET"): ANYONE,
    ("producer.commitments", "GET"): may(P),
    ("producer.new_commitment", "GET"): may(P, of=Batch),
    ("producer.new_commitment", "POST"): may(P, of=Batch),
    ("producer.collected", "GET"): may(P),
    ("producer.collected", "POST"): may(P),
    ("producer.commitment", "GET"): may(P, of=CommitmentCertificate),
    ("producer.commitment_pdf", "GET"): may(P, of=CommitmentCertificate),
    ("producer.void_commitment", "POST"): may(P, of=CommitmentCertificate),
    ("bureau.commitments", "GET"): may(O),
    ("bureau.export_commitments", "GET"): may(O),
}
