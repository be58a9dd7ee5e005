"""Step 1, register: producers, plots, products and batches enter the record."""
