"""Digits: the main job end to end on a CNN and an LSTM."""
