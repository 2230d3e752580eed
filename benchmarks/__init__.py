"""Timings with their raw results. `python -m benchmarks` runs all; a file beside this one with `run(results)` is one."""
