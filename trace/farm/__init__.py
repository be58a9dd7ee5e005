"""The farm's record: what was used and done in the field, and whether a harvest may be coded after it."""
