"""How fast labels are made, side by side with other ways of making them, in one run on one machine: `scripts/bench`."""
