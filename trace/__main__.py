"""`python -m yipin` is the same as `yipin`."""

from .cli import main

main()
