"""Everything that touches moto's inside, one adapter per service, feature-detected."""
