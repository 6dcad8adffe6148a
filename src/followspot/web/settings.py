"""Settings, from the environment and the data folder."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import platformdirs
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from environs import Env

from followspot import secret
from followspot.language import ENGLISH, LOCALE
from followspot.language import LANGUAGES as SPOKEN
from followspot.web.single_sign_on import sign_on

env = Env()

# Everything that Followspot keeps is below this one folder; never in the checkout.
DATA = Path(env.str("FOLLOWSPOT_DATA", "") or platformdirs.user_data_dir("followspot")).expanduser().resolve()
DATA.mkdir(parents=True, exist_ok=True, mode=0o700)

# The keys of open waves: never in the database, never in a backup of it. Several processes share this folder.
KEYS = Path(env.str("FOLLOWSPOT_KEYS", "") or DATA / "keys").expanduser().resolve()

# Where segments of evidence lie, s3://bucket/prefix?endpoint_override=host:9000&scheme=https; or below the data folder.
SEGMENTS: str = env.str("FOLLOWSPOT_SEGMENTS", "")
if SEGMENTS and not SEGMENTS.startswith("s3://"):
    raise ImproperlyConfigured("FOLLOWSPOT_SEGMENTS is written like s3://bucket/prefix")

# A Spark cluster, spark://host:7077, and from how many events of a team on its readings are made there.
SPARK: str = env.str("FOLLOWSPOT_SPARK", "")
SPARK_FROM = env.int("FOLLOWSPOT_SPARK_FROM", 100_000_000)

# Those before the secret of now still open sessions and signed links; seals read them anew each time.
SECRET_KEY, *SECRET_KEY_FALLBACKS = secret.known(DATA)
DEBUG = env.bool("FOLLOWSPOT_DEBUG", False)
ALLOWED_HOSTS = env.list("FOLLOWSPOT_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("FOLLOWSPOT_ORIGINS", [])
HTTPS = env.bool("FOLLOWSPOT_HTTPS", False)
# Who brings HTTPS: its word for the scheme and the reader's address is taken, nobody else's. The server sees to it.
PROXY = env.str("FOLLOWSPOT_PROXY", "127.0.0.1") if HTTPS else ""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_ox",
    "followspot.ui",
    "followspot.teams",  # before allauth, whose templates it replaces
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "followspot.directory",
    "followspot.evidence",
    "followspot.objects",
    "followspot.practices.expectations",
    "followspot.practices.barriers",
    "followspot.practices.applause",
    "followspot.practices.lessons",
    "followspot.practices.danger",
    "followspot.practices.stepaways",
    "followspot.practices.pulse",
    "followspot.practices.panels",
    "followspot.practices.mirror",
    "followspot.privacy",
    "followspot.brief",
    "followspot.channels",
    "followspot.web",
]

MIDDLEWARE = [
    "followspot.web.counted.CountedMiddleware",
    "followspot.web.headers.HeadersMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # with a length drawn by lot, so that none tells what is in a page
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "followspot.web.pacing.PacingMiddleware",
    "followspot.web.refusals.RefusalMiddleware",  # before the redirect to the sign-in: it keeps what was typed
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "followspot.teams.languages.LanguageMiddleware",
    "followspot.teams.zones.ZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "followspot.web.urls"
WSGI_APPLICATION = "followspot.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                ("followspot.ui.loaders.EachLanguage", ["followspot.ui.loaders.Translated"]),
            ],
            "builtins": ["followspot.ui.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "followspot.teams.mail.whether_mail_goes",
                "followspot.web.context.in_front",
            ],
        },
    }
]

_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA / "followspot.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
        "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-20000; PRAGMA secure_delete=ON",
    },
}


# After half a minute a server that no longer says anything counts as lost, rather than being waited for.
_LOST = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}


def _database() -> dict[str, object]:
    """Return SQLite below the data folder, or what FOLLOWSPOT_DATABASE says."""
    if not env.str("FOLLOWSPOT_DATABASE", ""):
        return _SQLITE
    found: dict[str, object] = env.dj_db_url("FOLLOWSPOT_DATABASE")
    if "postgresql" in str(found["ENGINE"]):
        found["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 16, "timeout": 10}, **_LOST}
        found["CONN_HEALTH_CHECKS"] = True  # none is handed out that the server has dropped meanwhile
    return found


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Work in the background: rows in the same database, done by `followspot up` itself or by separate workers.
_MINUTES = 60
_ROUNDS = {
    "practices": 5 * _MINUTES,
    "judged": 5 * _MINUTES,
    "collected": 5 * _MINUTES,
    "read": 5 * _MINUTES,
    "briefs": 5 * _MINUTES,
    "erased": 5 * _MINUTES,
    "swept": 5 * _MINUTES,
    "told": _MINUTES // 2,
    "alarms": _MINUTES // 2,
    "boards": 5 * _MINUTES,
    "heard": 5 * _MINUTES,
    "pruned": 24 * 60 * _MINUTES,
}
TASKS = {
    "default": {
        "BACKEND": "django_ox.backend.OxBackend",
        "OPTIONS": {
            "LOCK_TIMEOUT": 60,  # seconds after which the work of a worker that died is done by another
            "SCHEDULES": {
                part: {"task": "followspot.web.rounds.go", "args": [part], "every": seconds}
                for part, seconds in _ROUNDS.items()
            },
        },
    }
}

AUTH_USER_MODEL = "teams.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
CSRF_FAILURE_VIEW = "followspot.web.refusals.csrf_failed"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"


def _mailer(url: str) -> dict[str, object]:
    """Return how mail goes out; without a mail server it is kept as files, so that nothing is lost."""
    if not url:
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": DATA / "mail"},
        }
    said = urlsplit(url)
    if said.scheme not in ("smtp", "smtps") or not said.hostname:
        raise ImproperlyConfigured("FOLLOWSPOT_MAIL is written like smtp://user:password@host:587?tls=1")
    tls = parse_qs(said.query).get("tls", ["0"])[-1] not in ("", "0", "no", "false")
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": said.hostname,
            "port": said.port or (465 if said.scheme == "smtps" else 587 if tls else 25),
            "username": unquote(said.username or ""),
            "password": unquote(said.password or ""),
            "use_ssl": said.scheme == "smtps",
            "use_tls": tls and said.scheme == "smtp",
            "timeout": 20,
        },
    }


# Where people reach this instance, for links in mail.
SITE = env.str("FOLLOWSPOT_SITE", "").rstrip("/") or (
    CSRF_TRUSTED_ORIGINS[0] if CSRF_TRUSTED_ORIGINS else "http://localhost:8000"
)

MAIL_GOES = bool(env.str("FOLLOWSPOT_MAIL", ""))
MAILERS = {"default": _mailer(env.str("FOLLOWSPOT_MAIL", ""))}
# Where mail comes in, host:port or lmtp://host:port, and for which domain.
MAIL_IN: str = env.str("FOLLOWSPOT_MAIL_IN", "")
MAIL_DOMAIN: str = env.str("FOLLOWSPOT_MAIL_DOMAIN", "")
if MAIL_IN and not MAIL_DOMAIN:
    raise ImproperlyConfigured(
        "FOLLOWSPOT_MAIL_IN takes mail in for a domain: name it in FOLLOWSPOT_MAIL_DOMAIN."
    )
DEFAULT_FROM_EMAIL = env.str("FOLLOWSPOT_MAIL_FROM", "") or "Followspot <followspot@localhost>"

ACCOUNT_ADAPTER = "followspot.teams.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "followspot.teams.forms.SignUp"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An address can only be proved where mail goes out; a host without mail must be usable all the same.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if MAIL_GOES else "optional"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"

MFA_ADAPTER = "followspot.teams.accounts.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Followspot"
MFA_TOTP_TOLERANCE = 1  # clocks differ by half a minute
MFA_ALLOW_UNVERIFIED_EMAIL = not MAIL_GOES
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers themselves allow it on localhost only

# The organisation's own sign-in, if it has one.
SIGN_ON = sign_on(env)
SOCIALACCOUNT_ADAPTER = "followspot.teams.accounts.Elsewhere"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # its word for an address is taken: whoever set it up trusts it
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": SIGN_ON.apps.get("openid_connect", [])},
    "saml": {"APPS": SIGN_ON.apps.get("saml", [])},
}
INSTALLED_APPS += ["allauth.socialaccount.providers.saml"] if "saml" in SIGN_ON.apps else []

LANGUAGE_CODE = env.str("FOLLOWSPOT_LANGUAGE", ENGLISH)  # of mail to those who chose none
LANGUAGES = [(code, its.name) for code, its in SPOKEN.items()]
LOCALE_PATHS = [LOCALE]
if LANGUAGE_CODE not in SPOKEN:
    raise ImproperlyConfigured(f"FOLLOWSPOT_LANGUAGE is {LANGUAGE_CODE}; there are {', '.join(SPOKEN)}.")
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "followspot.web.static_files.Storage"},
}

# Readings: as files beside SQLite; on PostgreSQL in a table, so that all processes have the same, on whatever machine.
_CACHE = (
    {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "followspot_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
    if "postgresql" in str(DATABASES["default"]["ENGINE"])
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA / "cache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }
)
CACHES = {
    "default": _CACHE,
    # How often something is done is counted in memory: a file would keep when somebody answered a pulse through a program.
    "calls": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "calls",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # so that many who come once push nobody out who comes too often
    },
}

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "manifest-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    # The way to the organisation's own sign-in begins with a form, and its redirect counts.
    "form-action": [CSP.SELF, *SIGN_ON.origins],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["followspot"],  # the one of ui/trusted.js
}
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked on the machine itself
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
if HTTPS:  # browsers take them from this very host alone, never from a neighbour under the same domain
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

# With which word a monitor asks for /metrics; without one there is none.
METRICS = env.str("FOLLOWSPOT_METRICS", "")

# How often a program may call in a minute, with one token.
API_A_MINUTE = env.int("FOLLOWSPOT_API_A_MINUTE", 300)

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20


def _one_of(name: str, usual: str, *others: str) -> str:
    said = env.str(name, usual)
    if said not in (usual, *others):
        raise ImproperlyConfigured(f"{name} is one of {', '.join((usual, *others))}, not {said}.")
    return said


# How much is logged, and how: words for people, or a line of JSON each.
LOG = _one_of("FOLLOWSPOT_LOG", "WARNING", "INFO", "DEBUG", "ERROR")
LOG_AS = _one_of("FOLLOWSPOT_LOG_AS", "text", "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "followspot.web.logs.Nameless"},
        "json": {"()": "followspot.web.logs.Lines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_AS}},
    "root": {"handlers": ["console"], "level": LOG},
    "loggers": {
        "django": {"level": LOG},  # which else tells of every task done
        # These write down addresses that open something: of one's mail, of a channel.
        "mail": {"level": "ERROR"},
        "apprise": {"level": "CRITICAL"},
        "urllib3": {"level": "ERROR"},
    },
}
