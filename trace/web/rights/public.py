"""Rights of what anyone may call, and of signing in."""

from .rule import ANYONE, SIGNED_IN, Rules

RULES: Rules = {
    ("static", "GET"): ANYONE,
    ("public.home", "GET"): ANYONE,
    ("public.find", "GET"): ANYONE,
    ("public.guide", "GET"): ANYONE,
    ("public.guide_for", "GET"): ANYONE,
    ("public.photo", "GET"): ANYONE,
    ("public.photo", "POST"): ANYONE,
    ("public.keys", "GET"): ANYONE,
    ("public.picture", "GET"): ANYONE,
    ("public.health", "GET"): ANYONE,
    ("public.progress", "GET"): ANYONE,
    ("public.batch", "GET"): ANYONE,
    ("public.product", "GET"): ANYONE,
    ("public.barcode", "GET"): ANYONE,
    ("public.unit", "GET"): ANYONE,
    ("auth.login", "GET"): ANYONE,
    ("auth.login", "POST"): ANYONE,
    ("auth.join", "GET"): ANYONE,
    ("auth.join", "POST"): ANYONE,
    ("auth.invited", "GET"): ANYONE,
    ("auth.invited", "POST"): ANYONE,
    ("auth.reset", "GET"): ANYONE,
    ("auth.reset", "POST"): ANYONE,
    ("auth.kept_form", "GET"): SIGNED_IN,
    ("auth.logout", "POST"): SIGNED_IN,
    ("auth.password", "GET"): SIGNED_IN,
    ("auth.password", "POST"): SIGNED_IN,
}
