"""The resource graph: the only truth about what exists and what hangs on what."""
