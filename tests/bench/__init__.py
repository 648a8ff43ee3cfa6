"""What syncd costs beside a plain loop over the same pages: `python -m tests.bench`."""
