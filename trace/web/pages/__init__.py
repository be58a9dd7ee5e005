"""The pages, a file a subject. `blueprints.load` imports them all."""
