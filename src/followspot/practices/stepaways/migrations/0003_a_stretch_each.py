"""Every step-away so far was one stretch."""

from typing import Any

from django.db import migrations


def put(apps: Any, schema_editor: Any) -> None:
    StepAway = apps.get_model("stepaways", "StepAway")
    Stretch = apps.get_model("stepaways", "Stretch")
    Stretch.objects.bulk_create(
        Stretch(stepaway=it, begins_on=it.begins_on, ends_on=it.ends_on)
        for it in StepAway.objects.filter(stretch=None)
    )


class Migration(migrations.Migration):
    dependencies = [("stepaways", "0002_whole_practice")]
    operations = [migrations.RunPython(put, migrations.RunPython.noop)]
