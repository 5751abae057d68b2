"""For every room. Hypothesis has no deadline, since a busy machine is no failure.

`make test` draws the same examples each time, so that it says the same of the same code. `make test-long` draws
others, and many more of them, each time: what it finds becomes an `@example`, and its cause is mended.

What a developer has set for other programs, or for the quiz itself, is no part of a test.
"""

import os

from hypothesis import HealthCheck, settings

for name in [name for name in os.environ if name == "NO_COLOR" or name.startswith("QUIZAPP_")]:
    del os.environ[name]
os.environ["XDG_CONFIG_HOME"] = os.devnull

settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.register_profile("search", parent=settings.get_profile("steady"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
