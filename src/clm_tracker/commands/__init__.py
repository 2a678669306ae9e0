"""What can a person or the system do? One function each, named with the verb people use."""
