"""Step 3, print: codes become labels, read back before they may be used."""
