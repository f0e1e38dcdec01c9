"""`python -m benchmarks [NAME …]`: run the benchmarks, all or those named."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks import intake, start

BENCHMARKS: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {"start": start.measure, "intake": intake.measure}


def main() -> None:
    """Run what was asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Kith on this machine.")
    parser.add_argument("names", nargs="*", help=f"which of {', '.join(BENCHMARKS)}; without a name all")
    for name in parser.parse_args().names or BENCHMARKS:
        print(f"== {name}")
        asyncio.run(BENCHMARKS[name]())


if __name__ == "__main__":
    main()
