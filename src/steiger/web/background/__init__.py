"""Background work: progress, runs, failures, retries."""
