"""Paper: PDF pages, fonts, lines of text."""
