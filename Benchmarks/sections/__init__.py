"""The sections of the benchmark, one module each, each with `run(settings, versions) -> Section`."""
