"""One file of settings. The environment is read by the loud helpers of `env`; docs/reference/settings.md lists it."""

from __future__ import annotations

import os
from pathlib import Path

from . import env
from .sqlite import prefer_bundled_sqlite

prefer_bundled_sqlite()

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("JIUGONG_HOME", "var/desk")).resolve()

SECRET_KEY = env.secret("JIUGONG_SECRET_KEY", HOME)
DIGEST_KEY = env.secret("JIUGONG_DIGEST_KEY", HOME)
FIELD_KEYS = env.field_keys("JIUGONG_FIELD_KEYS", HOME)  # the first encrypts, all decrypt
POLICY_FILE = os.environ.get("JIUGONG_POLICY") or None
WAREHOUSE = Path(os.environ.get("JIUGONG_WAREHOUSE", HOME / "warehouse"))
CLOCK_OFFSET_SECONDS = env.integer("JIUGONG_CLOCK_OFFSET_SECONDS", 0)

DEBUG = False
ALLOWED_HOSTS = os.environ.get("JIUGONG_HOSTS", "127.0.0.1 localhost").split()
HTTPS = env.flag("JIUGONG_HTTPS")
WORKERS = env.workers()  # read by gunicorn's file; here, so that a wrong one stops the start

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "axes",
    "jiugong_desk.core",
    "jiugong_desk.ui",
    "jiugong_desk.audit",
    "jiugong_desk.organisation",
    "jiugong_desk.jobs",
    "jiugong_desk.documents",
    "jiugong_desk.approvals",
    "jiugong_desk.products",
    "jiugong_desk.duty",
    "jiugong_desk.training",
    "jiugong_desk.telephony",
    "jiugong_desk.customers",
    "jiugong_desk.consent",
    "jiugong_desk.exports",
    "jiugong_desk.grid",
    "jiugong_desk.imports",
    "jiugong_desk.audiences",
    "jiugong_desk.scripts",
    "jiugong_desk.campaigns",
    "jiugong_desk.holdout",
    "jiugong_desk.calls",
    "jiugong_desk.tasks",
    "jiugong_desk.appointments",
    "jiugong_desk.quality",
    "jiugong_desk.supervision",
    "jiugong_desk.evaluation",
    "jiugong_desk.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jiugong_desk.core.middleware.DeskLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jiugong_desk.core.middleware.DeskTime",
    "jiugong_desk.core.middleware.OncePerPage",
    "jiugong_desk.core.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "jiugong_desk.core.middleware.NoHiddenZero",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jiugong_desk.core.middleware.NoStore",
    "jiugong_desk.core.middleware.AnswerRefusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "jiugong_desk.config.urls"
WSGI_APPLICATION = "jiugong_desk.config.wsgi.application"

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
                "jiugong_desk.ui.context.desk",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

DATABASES = {"default": env.database(os.environ.get("JIUGONG_DATABASE", ""), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisation.Staff"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_FORM_FIELD = "username"  # the form's field; the model's (staff_no) would lock nobody and everybody
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "organisation/locked.html"
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
SILENCED_SYSTEM_CHECKS = ["axes.W003"]

# A worker that says nothing for so long is taken for dead, and its work begun again by another.
JOB_LEASE_SECONDS = env.integer("JIUGONG_JOB_LEASE_SECONDS", 20)

SESSION_IDLE_SECONDS = env.integer("JIUGONG_SESSION_IDLE_SECONDS", 15 * 60)
SESSION_ABSOLUTE_SECONDS = env.integer("JIUGONG_SESSION_ABSOLUTE_SECONDS", 10 * 3600)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "jiugong_desk.ui.views.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # served from the packages themselves: nothing to collect

# Files come in by these addresses only, straight into a folder that only the desk reads.
IMPORT_FOLDER = Path(os.environ.get("JIUGONG_IMPORTS", HOME / "imports"))
IMPORT_DAYS = env.integer("JIUGONG_IMPORT_DAYS", 7)  # a batch that nobody finished is discarded after so many
UPLOAD_PATHS = ("/imports/", "/grid/policy/", "/campaigns/", "/documents/templates/", "/products/import/", "/training/")
UPLOAD_MOST_MEGABYTES = env.integer("JIUGONG_UPLOAD_MEGABYTES", 100)
FILE_UPLOAD_HANDLERS = ["jiugong_desk.core.uploads.PrivateUpload"]
UPLOAD_FOLDER = IMPORT_FOLDER / ".incoming"

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"short": {"()": "jiugong_desk.core.logs.OneLinePerRefusal"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["short"], "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
