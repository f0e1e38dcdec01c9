"""Benchmarks: figures measured by whole processes on this machine. Compare ratios within a run, not across machines."""
