"""Step 5, audit: the officer's hand on a batch, the log of every act, a producer's credit record."""
