"""How goods move between batches: split, merge, process, ship, receive, and the balance of each batch."""
