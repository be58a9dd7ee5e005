"""Labels on paper and rolls: text, layout, sheets, printer languages, and reading them back."""
