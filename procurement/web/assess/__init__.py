"""Pages of assessors. What they must not see is not in what these pages are built from."""
