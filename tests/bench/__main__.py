"""scripts/bench: every figure a line, as words or (--json) as one JSON object; --quick only shows that all of it runs."""

import argparse
import json
from dataclasses import asdict

from .benches import BENCHES, FULL, QUICK, run


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which benches: {', '.join(BENCHES)}; all if none")
    parser.add_argument("--json", action="store_true", help="one JSON object a line: name, value, unit, over")
    parser.add_argument("--quick", action="store_true", help="very small sizes: the figures mean nothing")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(BENCHES):
        parser.error(f"no bench is called {', '.join(sorted(unknown))}")
    for figure in run(asked.names, QUICK if asked.quick else FULL):
        value = round(figure.value, 3)
        if asked.json:
            print(json.dumps(asdict(figure) | {"value": value}), flush=True)
        else:
            print(
                f"{figure.name:30} {value:>12,} {figure.unit}{' over ' + figure.over if figure.over else ''}",
                flush=True,
            )


if __name__ == "__main__":
    main()
