"""Targets that users copy; each is also a test."""
