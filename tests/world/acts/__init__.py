"""Random acts of everybody, by the real use-cases: what the record goes through between two scans.

An act picks its objects at random and may be refused; the record then stays as it is. What each act did is read from the log.
"""
