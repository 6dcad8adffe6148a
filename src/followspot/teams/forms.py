"""What people fill in about themselves and their teams."""

import zoneinfo
from functools import cache
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from followspot.errors import Refused
from followspot.language import LANGUAGES, say
from followspot.teams import access, actions, public_holidays
from followspot.teams.models import Account, Person, Team, is_zone
from followspot.teams.names import spelled

WEEK = [
    ("0", say("Monday")),
    ("1", say("Tuesday")),
    ("2", say("Wednesday")),
    ("3", say("Thursday")),
    ("4", say("Friday")),
    ("5", say("Saturday")),
    ("6", say("Sunday")),
]


@cache
def zones() -> list[str]:
    """Return the zones that are offered: places, not the old short names."""
    places = (z for z in zoneinfo.available_timezones() if "/" in z and not z.startswith("Etc/"))
    return ["UTC", *sorted(places)]


def _zone(label: str, help_text: str, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=60,
        validators=[is_zone],
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )


class SignUp(forms.Form):
    """What allauth's own sign-up asks besides address and password."""

    field_order = ("name", "email", "password1")
    name = forms.CharField(
        label=say("Name"),
        max_length=200,
        help_text=say("As your team calls you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, account: Account) -> None:
        actions.rename(account, self.cleaned_data["name"])


class Profile(forms.Form):
    name = forms.CharField(
        label=say("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    zone = _zone(
        say("Time zone"),
        say("Where you are, like Europe/Lisbon. Empty: times are shown in UTC."),
        required=False,
    )
    language = forms.ChoiceField(
        label=say("Language"),
        required=False,
        choices=[("", say("As my browser asks")), *((code, its.name) for code, its in LANGUAGES.items())],
    )
    brief_by_mail = forms.BooleanField(label=say("Send me the weekly brief by mail"), required=False)


class TeamSettings(forms.Form):
    name = forms.CharField(label=say("What is the team called?"), max_length=120)
    zone = _zone(
        say("Where does it work?"),
        say("A time zone, like Europe/Lisbon. It decides where a day ends."),
        required=True,
    )
    week_off = forms.MultipleChoiceField(
        label=say("Which days of the week are off?"),
        choices=WEEK,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    up = forms.ModelChoiceField(
        Team.objects.none(),
        label=say("To which team’s leader does this team’s leader answer?"),
        required=False,
        empty_label=say("None, or one that isn’t here"),
        help_text=say("What the team passes up, that leader sees."),
    )
    country = forms.ChoiceField(label=say("Whose public holidays does it keep?"), required=False)
    region = forms.ChoiceField(label=say("Which region’s?"), required=False)

    def __init__(self, *args: Any, team: Team, by: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        mine = access.teams_of(by, today=timezone.localdate()).filter(sample="")
        choices = Team.objects.filter(Q(pk__in=mine.values("pk")) | Q(pk=team.up_id)).exclude(pk=team.pk)
        up = cast("forms.ModelChoiceField[Any]", self.fields["up"])
        up.queryset = choices
        places(self, team.country)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        return name

    def clean_week_off(self) -> str:
        days: list[str] = self.cleaned_data["week_off"]
        if len(days) == len(WEEK):
            raise forms.ValidationError(say("A team works on one day a week at least. Leave one open."))
        return "".join(sorted(days))

    def clean_up(self) -> Team | None:
        up: Team | None = self.cleaned_data["up"]
        try:
            actions.check_above(self.team, up)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        return up

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("country") != self.team.country:  # the regions shown were the other country's
            said["region"] = ""
        return said


class Holidays(forms.Form):
    country = forms.ChoiceField(label=say("Country"))
    region = forms.ChoiceField(label=say("Region"), required=False)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places(self, country)


def places(form: forms.Form, country: str) -> None:
    """Offer the countries, and the regions of the one that is chosen."""
    offered = [("", say("Choose a country")), *public_holidays.offered()]
    for name, choices in (
        ("country", offered),
        ("region", [("", say("The whole country")), *public_holidays.regions(country).items()]),
    ):
        cast(forms.ChoiceField, form.fields[name]).choices = choices


class Choice(forms.Select):
    """A list of people in the order of their names, written in one go: Django's own takes two templates for each of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        it = self.get_context(name, value, attrs)["widget"]
        options = [option for _, group, _ in it["optgroups"] for option in group]
        options.sort(key=lambda o: (o["value"] != "", spelled(str(o["label"]))))  # nobody comes first
        written = format_html_join(
            "",
            "<option{}>{}</option>",
            ((flatatt({"value": str(o["value"]), **o["attrs"]}), o["label"]) for o in options),
        )
        return format_html("<select{}>{}</select>", flatatt({"name": it["name"], **it["attrs"]}), written)


class Invite(forms.Form):
    email = forms.EmailField(
        label=say("Mail address"),
        required=False,
        max_length=254,
        help_text=say("Empty: you get a link to hand round."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=say("Whom the history knows as"),
        widget=Choice,
        required=False,
        empty_label=say("Nobody yet"),
        help_text=say("Their work in the history becomes theirs here."),
    )
    leads = forms.ChoiceField(
        label=say("As what?"),
        choices=[("", say("At the front line")), ("yes", say("As the leader"))],
        required=False,
    )

    def __init__(self, *args: Any, team: Team, hands: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = cast("forms.ModelChoiceField[Any]", self.fields["person"])
        person.queryset = without_account(team)
        if not person.queryset.exists():
            del self.fields["person"]
        if not hands:
            del self.fields["leads"]


def without_account(team: Team) -> QuerySet[Person]:
    """Return the people of a team who are known only from its history."""
    return access.ever_of(team).filter(account=None)


class HandOver(forms.Form):
    to = forms.ModelChoiceField(
        Person.objects.none(),
        label=say("To whom?"),
        widget=Choice,
        required=False,
        empty_label=say("Somebody else"),
    )
    name = forms.CharField(
        label=say("Or somebody else"),
        required=False,
        max_length=200,
        help_text=say("Who is not of the team yet."),
    )
    on = forms.DateField(
        label=say("From which day on?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    stays = forms.BooleanField(label=say("Who leads now stays at the front line"), required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = cast("forms.ModelChoiceField[Any]", self.fields["to"])
        found, leader = access.ever_of(team), team.leader_on(timezone.localdate())
        to.queryset = found.exclude(pk=leader.pk) if leader else found

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if not 1970 <= on.year <= 2200:
            raise forms.ValidationError(say("Write a day like 2026-11-23."))
        return on

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not said.get("to") and not said.get("name"):
            self.add_error("to", say("Choose who leads, or write their name."))
        return said
