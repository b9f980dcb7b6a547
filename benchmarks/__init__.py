"""Fixed-work benchmarks and the demo run, each beside its baseline."""
