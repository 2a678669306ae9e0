"""Foreign files as typed rows: bytes in, rows and refusals out; knows no database."""
