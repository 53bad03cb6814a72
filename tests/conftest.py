"""What holds for all tests."""

from hypothesis import settings

settings.register_profile("unhurried", settings.default, deadline=None)  # a busy machine is no bug
settings.load_profile("unhurried")
