"""What leaves the program, and the places it leaves to."""
