"""Speed, measured against peers and against the machine itself: python -m benchmarks.<name>."""
