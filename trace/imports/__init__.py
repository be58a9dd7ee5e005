"""Tables that people upload: read, checked, shown as a preview, then entered as a whole."""
