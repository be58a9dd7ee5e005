"""After a restore: what is missing is noticed, refused to be contradicted, and brought back from the public log."""
