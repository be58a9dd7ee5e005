"""Accounts of people: sign-in, attempts, the producer that an account acts for."""
