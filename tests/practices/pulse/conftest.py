"""A crew: the cast's team with enough at the front line that a pulse can hide somebody."""

from datetime import date

import pytest

from followspot.teams import actions as teams
from followspot.teams.models import Account, Person


@pytest.fixture
def crew(team, ben, chi):
    """Return a way to have so many at the front line, Ben and Chi among them."""
    people = [ben, chi]

    def of(many: int) -> list[Person]:
        for n in range(len(people), many):
            account = Account.objects.create_user(f"crew{n}@example.org", "a long enough password")
            people.append(Person.objects.create(name=f"Crew {n}", account=account))
            teams.join(team, people[-1], on=date(2020, 1, 1))
        return people[:many]

    return of
