"""Do letters reach their readers?"""
