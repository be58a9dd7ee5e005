"""Well-formed numbers of certificates that belong to nobody, for tests."""

FORMS = {
    "green": "LB-00-2401000{:04d}A",
    "organic": "000OP24{:05d}",
    "organic_conversion": "000OP24{:05d}",
    "geographical": "AGI{:05d}",
    "gi_product": "2024年第{:03d}号",
    "gi_mark": "{:08d}",
    "gi_collective": "{:08d}",
}


def number_of(scheme: str, serial: int | None = 0) -> str:
    """The number `serial` of a scheme."""
    return FORMS[scheme].format(serial or 0)
