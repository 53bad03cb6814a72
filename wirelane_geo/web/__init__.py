"""What every answer over HTTP has in common, whoever gives it: who gets a turn, how long, and what stands in its headers."""
