"""Rights of commitment certificates (承诺达标合格证): a producer issues and voids its own, officers see their county's."""

from ..models import Batch, CommitmentCertificate
from .rule import O, P, Rules, may

RULES: Rules = {
    ("producer.commitments", "GET"): may(P),
    ("producer.new_commitment", "GET"): may(P, of=Batch),
    ("producer.new_commitment", "POST"): may(P, of=Batch),
    ("producer.commitment", "GET"): may(P, of=CommitmentCertificate),
    ("producer.commitment_pdf", "GET"): may(P, of=CommitmentCertificate),
    ("producer.void_commitment", "POST"): may(P, of=CommitmentCertificate),
    ("bureau.commitments", "GET"): may(O),
    ("bureau.export_commitments", "GET"): may(O),
}
