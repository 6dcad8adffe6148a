"""Accounts from before there was mail: their addresses count as confirmed, or nobody could add a second step."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def confirm(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    Account = apps.get_model("teams", "Account")
    EmailAddress = apps.get_model("account", "EmailAddress")
    known = set(EmailAddress.objects.values_list("user_id", flat=True))
    EmailAddress.objects.bulk_create(
        [
            EmailAddress(user_id=account.pk, email=account.email.lower(), primary=True, verified=True)
            for account in Account.objects.exclude(pk__in=known)
        ],
        ignore_conflicts=True,  # two accounts that differ only in capitals
    )


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0002_practice_life"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(confirm, migrations.RunPython.noop)]
