"""Properties are checked without a stopwatch: a busy machine isn't a wrong answer."""

from hypothesis import settings

settings.register_profile("no stopwatch", deadline=None)
settings.load_profile("no stopwatch")
