"""Work that takes longer than a page: a row of the record first, then done by workers that hold it on a lease."""
