"""Benchmarks of the door and of the intake: `python -m bench`, or `make bench`. See docs/performance.md."""
