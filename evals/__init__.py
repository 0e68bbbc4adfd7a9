"""Measurements: benchmarks now; evaluation suites come to live here too."""
