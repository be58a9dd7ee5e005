"""Who may know of what: the actor, and the rows that an actor may see."""
