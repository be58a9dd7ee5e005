"""一品一码: from harvest to scan.

    register  →  issue  →  print  →  scan  →  audit

Five modules, five steps: `register` lets producers, plots, products and batches into the record,
`issue` gives a batch its signed codes, `printing` turns codes into labels, `scan` answers whoever
holds a pack, `audit` is the officer's hand: hold, release, recall, and the log of everything.
Beside them: `codes` (pure: numbers, keys, signatures, symbols, paper), `models` (the tables),
`certify`, `insure` and `progress` (what is claimed and counted), `accounts` (who may act),
`web` and `cli` (the edges).
"""

__version__ = "0.1.0"
