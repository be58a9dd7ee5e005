"""The table of rights: a line for every (endpoint, method) of the web, a file for each subject. The application does
not start while a line is missing. A rule names the roles, of a producer the people who
may (owner, clerk, field hand), and the kind of object that the address names."""

from . import (
    brands,
    certificates,
    chains,
    claimnotices,
    clones,
    commitments,
    complaints,
    credit,
    exports,
    farm,
    files,
    imports,
    inbox,
    inspections,
    insurance,
    jobs,
    people,
    producer,
    progress,
    public,
    reviews,
    search,
)
from .rule import Rule, Rules, merged

RULES: Rules = exports.with_orders(
    merged(
        public.RULES,
        brands.RULES,
        producer.RULES,
        reviews.RULES,
        certificates.RULES,
        chains.RULES,
        clones.RULES,
        commitments.RULES,
        claimnotices.RULES,
        complaints.RULES,
        credit.RULES,
        inspections.RULES,
        insurance.RULES,
        files.RULES,
        exports.RULES,
        farm.RULES,
        imports.RULES,
        inbox.RULES,
        jobs.RULES,
        people.RULES,
        progress.RULES,
        search.RULES,
    )
)

__all__ = ["RULES", "Rule", "Rules"]
