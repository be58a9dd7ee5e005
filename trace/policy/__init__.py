"""The city's policy file: counties, brands, targets, terms, rewards, each with its clause."""
