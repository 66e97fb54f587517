"""Reading: one function per page or decision; no writes."""
