"""Work in the background: claim, work, finish."""
