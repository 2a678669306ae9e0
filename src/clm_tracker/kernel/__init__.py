"""What everything stands on: the clock's type, identifiers, refusals. Imports nothing of this program."""
