"""Settings for tests: the product's own, in a folder of their own, and quicker."""

from __future__ import annotations

import os
import tempfile

# Tests never touch the data of a running product, whatever the environment says.
os.environ["STEIGER_DATA_DIR"] = tempfile.mkdtemp(prefix="steiger-test-")

from steiger.web.config.settings import *  # noqa: F403

# Each test client starts the middleware anew, which would otherwise read through all static files.
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "steiger.web.config.sqlite":  # noqa: F405
    # Django's own default, said aloud: the plug-in for tests side by side knows Django's name only.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405
