"""Rights of what anyone may call, and of signing in."""

from dataclasses import replace

from ...models import SignIn
from .rule import ANYONE, SIGNED_IN, Rules

OPEN = ("certificates", "recalls", "draws", "rewards", "reports")

RULES: Rules = {
    ("static", "GET"): ANYONE,
    ("public.home", "GET"): ANYONE,
    ("public.find", "GET"): ANYONE,
    ("public.guide", "GET"): ANYONE,
    ("public.guide_for", "GET"): ANYONE,
    ("public.photo", "GET"): ANYONE,
    ("public.photo", "POST"): ANYONE,
    ("public.keys", "GET"): ANYONE,
    ("public.check", "GET"): ANYONE,
    ("public.check_worker", "GET"): ANYONE,
    ("public.status", "GET"): ANYONE,
    ("public.picture", "GET"): ANYONE,
    ("public.log_file", "GET"): ANYONE,
    ("public.log_tile", "GET"): ANYONE,
    ("public.log_proof", "GET"): ANYONE,
    ("public.log_entry", "GET"): ANYONE,
    ("public.log_of", "GET"): ANYONE,
    ("public.health", "GET"): ANYONE,
    ("public.progress", "GET"): ANYONE,
    ("public.progress_lines", "GET"): ANYONE,
    ("public.trust", "GET"): ANYONE,
    ("public.open_data", "GET"): ANYONE,
    ("public.open_draw", "GET"): ANYONE,
    **{(f"public.open_{table}{kind}", "GET"): ANYONE for table in OPEN for kind in ("", "_csv", "_json")},
    ("public.batch", "GET"): ANYONE,
    ("public.product", "GET"): ANYONE,
    ("public.barcode", "GET"): ANYONE,
    ("public.unit", "GET"): ANYONE,
    ("public.where", "GET"): ANYONE,
    ("public.where", "POST"): ANYONE,
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
    ("auth.sessions", "GET"): SIGNED_IN,
    ("auth.end_session", "POST"): replace(SIGNED_IN, of=SignIn),
    ("auth.end_other_sessions", "POST"): SIGNED_IN,
}
