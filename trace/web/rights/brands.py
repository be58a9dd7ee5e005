"""Rights of the brand directory and of licences to use a brand."""

from ...models import Batch, Brand, BrandLicence
from .rule import ANYONE, DESK, O, Rules, may

RULES: Rules = {
    ("public.brands", "GET"): ANYONE,
    ("public.brand", "GET"): ANYONE,
    ("bureau.brands", "GET"): may(O),
    ("bureau.brands", "POST"): may(O),
    ("bureau.brand", "GET"): may(O, of=Brand),
    ("bureau.edit_brand", "POST"): may(O, of=Brand),
    ("bureau.attach_brand", "POST"): may(O, of=Brand),
    ("bureau.add_brand_level", "POST"): may(O, of=Brand),
    ("bureau.add_brand_selection", "POST"): may(O, of=Brand),
    ("bureau.verify_brand", "POST"): may(O, of=Brand),
    ("bureau.verify_brands", "POST"): may(O),
    ("bureau.return_brands", "POST"): may(O),
    ("bureau.return_brand", "POST"): may(O, of=Brand),
    ("bureau.enter_licence", "POST"): may(O, of=Brand),
    ("bureau.grant_licence", "POST"): may(O, of=BrandLicence),
    ("bureau.return_licence", "POST"): may(O, of=BrandLicence),
    ("bureau.end_licence", "POST"): may(O, of=BrandLicence),
    ("bureau.allow_brand", "POST"): may(O, of=Batch),
    ("producer.brands", "GET"): may(DESK),
    ("producer.apply_licence", "POST"): may(DESK),
    ("producer.declare_brand", "POST"): may(DESK),
    ("producer.mend_brand", "POST"): may(DESK, of=Brand),
}
