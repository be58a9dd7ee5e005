"""Files that people upload: checked in a process of their own, made harmless, attached to a row of the record."""
