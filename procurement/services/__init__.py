"""Writing: one function per thing that people do; the caller commits."""
