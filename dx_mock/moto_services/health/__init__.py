"""AWS Health, as far as it tells of maintenance: moto has no such service."""
