"""How fast is it, against what the database itself can do?"""
