"""Rights of lists given out as Excel files: those of the page that shows the list."""

from .rule import A, I, O, Rules, may

RULES: Rules = {
    ("bureau.export_producers", "GET"): may(O),
    ("bureau.export_products", "GET"): may(O),
    ("bureau.export_batches", "GET"): may(O),
    ("bureau.export_codes", "GET"): may(O),
    ("bureau.export_prints", "GET"): may(O),
    ("bureau.export_scans", "GET"): may(O),
    ("bureau.export_certificates", "GET"): may(O),
    ("bureau.export_brands", "GET"): may(O),
    ("bureau.export_licences", "GET"): may(O),
    ("bureau.export_complaints", "GET"): may(O),
    ("bureau.export_policies", "GET"): may(O, I),
    ("bureau.export_claim_notices", "GET"): may(O, I),
    ("bureau.export_inputs", "GET"): may(O),
    ("bureau.export_events", "GET"): may(O, A),
    ("bureau.export_accounts", "GET"): may(A),
    ("bureau.export_access_log", "GET"): may(A),
}


def with_orders(rules: Rules) -> Rules:
    """The rules, and for each list that may be fetched (GET) that it may be ordered as a job (POST), by the same roles."""
    lists = {endpoint: rule for (endpoint, _), rule in rules.items() if endpoint.startswith("bureau.export_")}
    return rules | {(endpoint, "POST"): rule for endpoint, rule in lists.items()}
