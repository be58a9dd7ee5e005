"""Step 2, issue: a batch gets its signed codes, as many as its harvest fills packs."""
