"""Key lists with roots, at the service: a list is drafted, signed on machines apart, and adopted."""
