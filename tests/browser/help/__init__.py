"""The pictures of the help pages: from which page each is, and whether that page still says what the picture shows."""
