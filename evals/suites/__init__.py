"""The suites, as tasks of inspect_ai."""
