"""A process that holds the private keys and signs codes for the service, under a user of its own, on a Unix socket."""
