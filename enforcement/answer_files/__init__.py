"""The file channel of asset searches: requests out as CSV, answers in, for a court without a network to its units."""
