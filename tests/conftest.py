"""How much hypothesis tries: some examples by default, more with --hypothesis-profile=thorough."""

from hypothesis import settings

settings.register_profile("thorough", max_examples=10_000)
