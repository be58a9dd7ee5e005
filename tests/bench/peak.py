"""Makes so many labels on one core and tells the most memory that took, in MB: python -m tests.bench.peak COUNT."""

import re
import sys
import tempfile
from pathlib import Path

from .ours import Shop
from .timing import on_cores

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, on_cores(1):
        Shop.opened(Path(folder)).finished(int(sys.argv[1]))
    # Not ru_maxrss, in which what the parent had counts too.
    print(int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1024)
