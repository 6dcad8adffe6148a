"""What an authenticator app and recovery codes are made from is sealed: a copy of the database alone makes no code."""

from collections.abc import Callable
from functools import partial

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from followspot import seals


def _each(turned: Callable[[str], str], apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    Authenticator = apps.get_model("mfa", "Authenticator")
    for step in Authenticator.objects.filter(type__in=["totp", "recovery_codes"]):
        step.data = {
            key: turned(value) if key in ("secret", "seed") else value for key, value in step.data.items()
        }
        step.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("teams", "0008_tokens"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(partial(_each, seals.seal), partial(_each, seals.opened))]
