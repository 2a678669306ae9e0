"""Does anything leave that must not? (R41, R43)"""
