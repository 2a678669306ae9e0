"""What does the program do by itself? Sweeps, the auditor, clearing up: each a job that any number of workers share."""
