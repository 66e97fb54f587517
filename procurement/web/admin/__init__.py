"""The operator's pages: health, users, messages, jobs, settings, the demonstration's clock. No bids."""
