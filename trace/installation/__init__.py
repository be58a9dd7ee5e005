"""One installation: its settings, its secrets, its signing keys, its policy."""
