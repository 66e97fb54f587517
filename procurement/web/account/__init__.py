"""Signing up and in, one's own account, organisations and their teams."""
