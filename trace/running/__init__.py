"""A service as processes: it alone holds its directory and port, its processes end together, nothing stays open."""
