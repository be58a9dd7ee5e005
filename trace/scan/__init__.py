"""Step 4, scan: what is true today of a pack, a batch or a product."""
