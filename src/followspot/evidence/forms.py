"""What a person fills in to bring a source."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from django import forms

from followspot.evidence.activities import ACTIVITIES
from followspot.evidence.connectors import Asked, Remote, csv_file
from followspot.language import say
from followspot.teams.models import is_zone


class SourceForm(forms.Form):
    """A history by its path on the server, for who may name one, or a file from the person's own machine."""

    path = forms.CharField(
        label=say("A path on the server"),
        required=False,
        max_length=1000,
        help_text=say("A git repository, bare or with its files, or a CSV file. It is read, never written."),
    )
    upload = forms.FileField(
        label=say("Or a file from here"), required=False, help_text=say("A CSV export, up to 200 MB.")
    )

    def __init__(self, *args: object, paths: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not paths:
            del self.fields["path"]
            self.fields["upload"].label = say("A file from here")

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        path, upload = str(given.get("path") or "").strip(), given.get("upload")
        if bool(path) == bool(upload):
            wanted = say("Give either a path or a file.") if "path" in self.fields else say("Choose a file.")
            raise forms.ValidationError(wanted)
        if path and not _is_there(path):
            self.add_error("path", say("There is nothing at this path on the server. Nothing was read."))
        if upload and upload.size > 200 * 2**20:
            self.add_error(
                "upload", say("The file is larger than 200 MB. Cut it by year, or read it by its path.")
            )
        return given


def _is_there(path: str) -> bool:
    try:
        return Path(os.path.expanduser(path)).exists()  # a home that there isn't is no error here
    except (OSError, ValueError):  # no name that a file can have
        return False


class MappingForm(forms.Form):
    """Which column of a table means what, and how its rows are to be taken."""

    def __init__(
        self,
        seen: csv_file.Preview,
        said: object,
        *,
        initial: dict[str, object],
    ) -> None:
        super().__init__(said, initial=initial)  # type: ignore[arg-type]
        columns = [
            ("", say("not in this table")),
            *(
                (c, say("{column} ({kind})", column=c, kind=k))
                for c, k in zip(seen.columns, seen.kinds, strict=True)
            ),
        ]
        for name, label in csv_file.FIELDS.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=columns, required=name == "at")
        self.fields["means"] = forms.ChoiceField(
            label=say("What a row is, unless a column says it"),
            choices=[(a, ACTIVITIES[a]) for a in sorted(csv_file.EMITS)],
        )
        self.fields["date_format"] = forms.ChoiceField(
            label=say("How dates are written"),
            choices=[("auto", say("Find out")), *_ways(seen)],
            required=False,
        )
        self.fields["zone"] = forms.CharField(
            label=say("Where times without a zone were written"), max_length=60, validators=[is_zone]
        )
        self.fields["on_error"] = forms.ChoiceField(
            label=say("If some rows can't be read"),
            choices=[
                ("keep_nothing", say("Keep nothing, and tell me which")),
                ("keep_good", say("Keep the good ones")),
            ],
        )

    def settings(self) -> dict[str, object]:
        """Return what was said as the connector takes it."""
        said = self.cleaned_data
        dates = said["date_format"]
        return {
            "mapping": {name: said[name] for name in csv_file.FIELDS if said[name]},
            "activity": said["means"],
            "date_format": None if dates in ("", "auto") else dates.removeprefix("way:"),
            "zone": said["zone"],
            "on_error": said["on_error"],
        }


def as_said(settings: dict[str, Any]) -> dict[str, object]:
    """Return settings of the connector as the form shows them."""
    dates = settings.get("date_format")
    return {
        **settings.get("mapping", {}),
        "means": settings.get("activity", "item.done"),
        "date_format": "auto" if dates is None else f"way:{dates}",
        "zone": settings.get("zone", "UTC"),
        "on_error": settings.get("on_error", "keep_nothing"),
    }


def _ways(seen: csv_file.Preview) -> list[tuple[str, str]]:
    """Return the ways in which the dates of a table could be written, each by what it makes of one and the same day."""
    day = datetime(2026, 4, 3, 9, 5)  # noqa: DTZ001 - a day to look at
    return [
        (
            f"way:{way}",
            say("like {written} for 3 April", written=day.strftime(way))
            if way
            else say("like 2026-04-03 (ISO 8601)"),
        )
        for way in seen.formats
    ]


def _asked(it: Asked) -> forms.CharField:
    return forms.CharField(label=it.label, help_text=it.help, required=it.required, max_length=500)


class TokenForm(forms.Form):
    """A token of a service; it is never shown again, not even to whoever mistyped something else."""

    def __init__(self, remote: Remote, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.remote = remote
        field = _asked(remote.token)
        field.widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        self.fields["token"] = field

    def say_no(self, message: str) -> None:
        """Show why a service can't be opened, beside what it speaks of."""
        said = message.casefold()
        named = (
            it.name
            for it in self.remote.fields
            if it.name in self.fields and str(it.label).casefold() in said
        )
        self.add_error(next(named, "token"), message)


class ServiceForm(TokenForm):
    """Which service to connect, and its token."""

    def __init__(self, remote: Remote, *args: object, **kwargs: object) -> None:
        super().__init__(remote, *args, **kwargs)
        self.fields = {it.name: _asked(it) for it in remote.fields} | {"token": self.fields["token"]}
