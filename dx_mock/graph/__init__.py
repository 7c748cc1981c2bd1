"""The resource graph: the only place that holds what exists and how it is linked."""
