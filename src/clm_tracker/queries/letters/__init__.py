"""Who reads a letter, what stands in it, and what became of it?"""
