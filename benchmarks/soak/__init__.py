"""A wall in Chromium over a replay at high speed, for as long as is asked for, with everything going wrong on the way."""
