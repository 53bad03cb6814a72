"""Attacks on a server of this machine, bounded, and how it bears them."""
