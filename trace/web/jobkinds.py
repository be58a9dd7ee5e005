"""Makes every kind of job known to a process that does them; the pages know those that they ask for."""

from importlib import import_module

ROOMS = (
    "yipin.jobs.printing",
    "yipin.jobs.reporting",
    "yipin.jobs.erasing",
    "yipin.jobs.importing",
    "yipin.web.export_job",
    "yipin.web.my_data_job",
    "yipin.web.take_over_job",
    "yipin.web.exportlists",
    "yipin.web.letters",
)
"""Each registers its kind, or what its kind may ask for, or the words of letters, when it is imported."""


def load() -> None:
    """Import every file that registers a kind."""
    for room in ROOMS:
        import_module(room)
