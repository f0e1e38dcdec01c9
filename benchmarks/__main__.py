"""`python -m benchmarks [NAME …]`: run the benchmarks, all or those named, and lay the figures against their bars."""

import argparse
import asyncio

from benchmarks import askers, clock, intake, latency, memory, reads, rhythm, sending, start, workers
from benchmarks.figures import Figure, Measure, table

BENCHMARKS: dict[str, Measure] = {
    "start": start.measure,
    "intake": intake.measure,
    "askers": askers.measure,
    "latency": latency.measure,
    "reads": reads.measure,
    "sending": sending.measure,
    "clock": clock.measure,
    "rhythm": rhythm.measure,
    "memory": memory.measure,
    "workers": workers.measure,
}
# These take long, and are run by name only.
LONG: dict[str, Measure] = {"endurance": memory.endure}


def main() -> None:
    """Run what was asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Kith on this machine.")
    known = {**BENCHMARKS, **LONG}
    help_text = f"which of {', '.join(known)}; without a name all but {', '.join(LONG)}"
    parser.add_argument("names", nargs="*", metavar="NAME", help=help_text)
    figures: list[Figure] = []
    names = parser.parse_args().names or [*BENCHMARKS]
    if unknown := [name for name in names if name not in known]:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    for name in names:
        print(f"== {name}", flush=True)
        found = asyncio.run(known[name]())
        figures += found
        print(f"{table(found)}\n", flush=True)
    print(f"== all\n{table(figures)}")


if __name__ == "__main__":
    main()
