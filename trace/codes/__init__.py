"""Pure: bytes, keys, signatures, symbols, paper. No Flask, no database, no clock, no settings."""
