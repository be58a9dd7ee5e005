"""一品一码: from harvest to scan.

This folder, `trace/`, is imported as `yipin`: the standard library owns the name `trace`.

    register  →  issue  →  printing  →  scan  →  audit

Five folders, five steps: `register` lets producers, plots, products and batches into the record, `issue` gives a
batch its signed codes, `printing` turns codes into labels, `scan` answers whoever holds a pack, `audit` is the
officer's hand: hold, release, recall, and the log of everything.

The subjects stand beside them, a folder each: `farm`, `commitment`, `certification`, `brands`, `insurance`,
`indicators`, `chain`, `recall`, `cases`, `imports`, `uploads`, `accounts`, `access`, `policy`, `installation`.
Below them `models` (the tables), `codes` (pure: numbers, keys, signatures, symbols, paper) and `sheets` (Excel and
CSV); above them the edges, `web` and `cli`, and `demo`. The tour, a drawing of all rooms and where to put what:
docs/map.md.
"""

__version__ = "0.1.0"
