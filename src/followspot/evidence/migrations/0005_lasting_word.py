"""Hashes that outlive a secret get a word of their own; where some may have been made already, it is the secret of then."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from followspot import seals


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    if apps.get_model("teams", "Account").objects.exists():
        apps.get_model("evidence", "LastingWord").objects.create(pk=1, sealed=seals.seal(settings.SECRET_KEY))


class Migration(migrations.Migration):
    dependencies = [("evidence", "0004_services"), ("teams", "0008_tokens")]

    operations = [
        migrations.CreateModel(
            name="LastingWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.TextField()),
            ],
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
