"""What is kept, and the only doors to it: tables, units of work, ledger, outbox. Nothing here decides."""
