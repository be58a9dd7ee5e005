"""Spreadsheets for people who work in Excel. Pure: no database, no Flask.

`writer` and `csvfile` give tables out. `template` makes a table to be filled in, and `reader` reads it when it comes
back. `safe` makes sure that no text becomes a formula.
"""
