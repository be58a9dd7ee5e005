"""The status bundle: which batches are held, recalled or withdrawn, signed and small, for those who check codes without a network."""
