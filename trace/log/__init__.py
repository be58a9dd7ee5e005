"""The public log: an append-only Merkle tree that anyone can check, in the formats of C2SP (c2sp.org)."""
