"""What a person fills in to bring a source."""

from pathlib import Path

from django import forms

from followspot.evidence.connectors import Asked, Remote


class SourceForm(forms.Form):
    """A history by its path on the server, for who may name one, or a file from the person's own machine."""

    path = forms.CharField(
        label="A path on the server",
        required=False,
        max_length=1000,
        help_text="A git repository, bare or with its files, or a CSV file. It is read, never written.",
    )
    upload = forms.FileField(
        label="Or a file from here", required=False, help_text="A CSV export, up to 200 MB."
    )

    def __init__(self, *args: object, paths: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not paths:
            del self.fields["path"]
            self.fields["upload"].label = "A file from here"

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        path, upload = str(given.get("path") or "").strip(), given.get("upload")
        if bool(path) == bool(upload):
            wanted = "Give either a path or a file." if "path" in self.fields else "Choose a file."
            raise forms.ValidationError(wanted)
        if path and not Path(path).expanduser().exists():
            self.add_error("path", "There is nothing at this path on the server. Nothing was read.")
        if upload and upload.size > 200 * 2**20:
            self.add_error(
                "upload", "The file is larger than 200 MB. Cut it by year, or read it by its path."
            )
        return given


class MappingForm(forms.Form):
    """Which column of a table means what."""

    def __init__(self, columns: list[str], fields: dict[str, str], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [("", "not in this table"), *((c, c) for c in columns)]
        for name, label in fields.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=name == "at")
        self.fields["on_error"] = forms.ChoiceField(
            label="If some rows can't be read",
            choices=[
                ("keep_nothing", "Keep nothing, and tell me which"),
                ("keep_good", "Keep the good ones"),
            ],
        )


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
            it.name for it in self.remote.fields if it.name in self.fields and it.label.casefold() in said
        )
        self.add_error(next(named, "token"), message)


class ServiceForm(TokenForm):
    """Which service to connect, and its token."""

    def __init__(self, remote: Remote, *args: object, **kwargs: object) -> None:
        super().__init__(remote, *args, **kwargs)
        self.fields = {it.name: _asked(it) for it in remote.fields} | {"token": self.fields["token"]}
