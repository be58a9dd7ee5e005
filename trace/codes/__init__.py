"""Codes, keys, signatures, symbols and labels. This package is pure: no Flask, no database, no clock, no settings."""
