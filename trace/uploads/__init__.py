"""Files that people bring: judged apart, made harmless, attached to a row."""
