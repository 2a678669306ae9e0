"""The demonstration: an invented programme with real provinces, told through the same commands as real life."""
