"""The web edge: `app.create_app` makes the application of one data directory."""
