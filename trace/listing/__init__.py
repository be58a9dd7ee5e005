"""Lists of the signed-in pages: what each may be searched, narrowed and sorted by is declared once, as data."""
