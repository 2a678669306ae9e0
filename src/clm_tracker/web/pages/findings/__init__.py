"""The pages of findings: the list, one of them, and logging one."""
