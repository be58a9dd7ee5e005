"""Rights of claim notices: anyone files one, the insurer of the policy answers, officers of the county see it (and answer
where the insurer has no account, which the use-case asks)."""

from ...models import ClaimNotice
from .rule import ANYONE, I, O, Rules, may

RULES: Rules = {
    ("public.claim", "GET"): ANYONE,
    ("public.claim", "POST"): ANYONE,
    ("public.claimed", "GET"): ANYONE,
    ("bureau.claim_notices", "GET"): may(O, I),
    ("bureau.claim_notice", "GET"): may(O, I, of=ClaimNotice),
    ("bureau.take_claim", "POST"): may(O, I, of=ClaimNotice),
    ("bureau.note_claim", "POST"): may(O, I, of=ClaimNotice),
    ("bureau.close_claim", "POST"): may(O, I, of=ClaimNotice),
    ("bureau.claim_contact", "POST"): may(O, I, of=ClaimNotice),
}
