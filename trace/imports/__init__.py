"""Tables that people bring: read, judged, shown, then entered as a whole."""
