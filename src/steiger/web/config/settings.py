"""Django's settings, derived from :mod:`steiger.web.config.environment` and nothing else."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from steiger.web.config.environment import load
from steiger.web.config.logs import logging_config

ENV = load()
WEB = Path(__file__).resolve().parent.parent

DATA_DIR = ENV.data_dir.resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
SEARCH_INDEX_DIR = DATA_DIR / "index"
REGION = ENV.region
BASE_URL = ENV.base_url
DEMO = ENV.demo
CHECK_LINKS = ENV.check_links

SECRET_KEY = ENV.secret()
DEBUG = ENV.debug
ALLOWED_HOSTS = ENV.host_list()
CSRF_TRUSTED_ORIGINS = [ENV.base_url] if ENV.is_public else []
TEST_RUNNER = "django.test.runner.DiscoverRunner"

INSTALLED_APPS = [
    "steiger.web.api",
    "steiger.web.portal",
    "steiger.web.operations",
    "steiger.web.desk",
    "steiger.web.reports",
    "steiger.web.communities",
    "steiger.web.events",
    "steiger.web.publications",
    "steiger.web.advice",
    "steiger.web.flood",
    "steiger.web.audits",
    "steiger.web.curation",
    "steiger.web.cases",
    "steiger.web.directory",
    "steiger.web.background",
    "steiger.web.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "steiger.web.operations.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "steiger.web.accounts.middleware.NeverKeptMiddleware",
    "axes.middleware.AxesMiddleware",
    "steiger.web.portal.middleware.WrongMethodMiddleware",
]

ROOT_URLCONF = "steiger.web.config.urls"
WSGI_APPLICATION = "steiger.web.config.wsgi.application"
ASGI_APPLICATION = "steiger.web.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "steiger.web.portal.context.portal",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {"default": ENV.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

API_PER_MINUTE = ENV.api_per_minute
API_CHANGES_PER_HOUR = ENV.api_changes_per_hour

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["steiger.web.config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = None  # nothing is collected, see docs/decisions/0006
STATICFILES_DIRS: list[str] = []
MEDIA_ROOT = DATA_DIR / "uploads"
# What PDF documents are set in: lib.typesetting.fonts_as_ttf(FONT_SOURCES, FONT_DIR).
FONT_SOURCES = sorted(
    (Path(__file__).resolve().parents[1] / "portal/static/build").glob("FiraSans-*.woff2")
)
FONT_DIR = DATA_DIR / "fonts"
MEDIA_URL = "/uploads/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Files are served from where the packages keep them, so that nothing is collected at start.
        "BACKEND": "steiger.web.config.static.HashedStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = ENV.debug
WHITENOISE_MAX_AGE = 0 if ENV.debug else 31_536_000  # every address carries a hash

# --- people and sign-in ------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "steiger.web.accounts.interfaces.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# A password is optional: a person signs up with an address, proves it by a code, and may set one.
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # passwords and second factors never change in silence
ACCOUNT_CHANGE_EMAIL = True  # one address per person; the new one counts once it is proven
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds; mail servers that know nobody yet take minutes
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {
    name: f"steiger.web.accounts.interfaces.library_forms.{form}"
    for name, form in {
        "add_email": "AddressForm",
        "change_password": "ChangePasswordForm",
        "login": "SignInForm",
        "reauthenticate": "ProofForm",
        "request_login_code": "CodeForm",
        "reset_password": "ForgottenForm",
        "reset_password_from_key": "NewPasswordForm",
        "set_password": "FirstPasswordForm",
        "signup": "SignUpForm",
    }.items()
}
# Wrong passwords and codes are counted by axes, in the database and per address and network
# address. This limit also counts wrong codes of a second factor, and one account's from anywhere.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,20/15m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.trusted_proxies
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Browsers allow passkeys on http://localhost only for development.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENV.is_public
MFA_TOTP_ISSUER = "Steiger"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
# An address that the staff's own provider has verified is the person's; it leads to the account.
SOCIALACCOUNT_ADAPTER = "steiger.web.accounts.interfaces.adapter.StaffAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "staff",
                    "name": ENV.oidc_name,
                    "client_id": ENV.oidc_client_id,
                    "secret": ENV.oidc_client_secret.get_secret_value(),
                    "settings": {"server_url": ENV.oidc_issuer},
                }
            ],
        }
    }
    if ENV.oidc_issuer
    else {}
)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the waiting time that is named is true
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "steiger.web.accounts.interfaces.lockout.address_of"
AXES_USERNAME_CALLABLE = "steiger.web.accounts.interfaces.lockout.username_of"
AXES_LOCKOUT_CALLABLE = "steiger.web.accounts.views.lockout.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # who signed in stands in the audit log, without the address

# --- protection --------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = False  # the reverse proxy in front does this
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusted_proxies and ENV.is_public else None
)
SECURE_HSTS_SECONDS = 31_536_000 if ENV.is_public else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.is_public
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENV.is_public
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "steiger.web.portal.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, ENV.oidc_issuer] if ENV.oidc_issuer else [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- mail, background work, logs ----------------------------------------------------------------
EMAIL_BACKEND = "steiger.web.background.interfaces.mail_backend.QueuedBackend"
MAIL_TRANSPORT = (
    "django.core.mail.backends.smtp.EmailBackend"
    if ENV.smtp_host
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = ENV.smtp_host, ENV.smtp_port
EMAIL_HOST_USER = ENV.smtp_user
EMAIL_HOST_PASSWORD = ENV.smtp_password.get_secret_value()
EMAIL_USE_TLS = ENV.smtp_security == "starttls"
EMAIL_USE_SSL = ENV.smtp_security == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.mail_from
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "mail", "heavy", "webhooks", "sources"],
    }
}
LOGGING_CONFIG = None
LOGGING = logging_config(ENV.log_format, ENV.log_level)
SILENCED_SYSTEM_CHECKS: list[str] = []
