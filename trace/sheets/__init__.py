"""Spreadsheets, for people who live in Excel: `writer` and `csvfile` give tables out, `reader` takes them in,
`safe` sees to it that no text of ours ever becomes a formula. Pure: no database, no Flask."""
