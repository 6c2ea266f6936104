"""The figures of docs/benchmarks.md, measured: `python -m benchmarks [ONLY]`."""
