"""Doors for people and programs: pages, JSON, forms, access rules."""
