"""The law: facts and a moment in, decisions and events out; no clock, no session, no framework."""
