"""The calendar of a producer's season: what was done, what comes next, made from what is on record and verified."""
