"""All that waits for an officer, in one list: each kind by the rule of its own subject, with its age and its deadline."""
