"""Rating oneself on a page: in one's own words, refused without loss, and nobody else's business."""

import pytest

from followspot.items import MIRROR
from followspot.practices.mirror.models import Rating
from tests.mirrors import answered

pytestmark = pytest.mark.django_db
RATE = "/teams/quay/mirror/rate/"


def test_the_leader_rates_in_their_own_words_and_finds_it_again(team, ada, client_of):
    client = client_of(ada)
    page = client.get(RATE).content.decode()
    assert all(s.own in page for s in MIRROR.values())
    assert "Seen by you only" in page
    assert client.post(RATE, {"credit-light": "2"})["Location"] == "/teams/quay/mirror/"
    assert 'name="credit-light" value="2" checked' in client.get(RATE).content.decode()


@pytest.mark.parametrize("who", ["ben", "dee"])
def test_nobody_else_rates_or_sees_the_form(team, who, request, client_of):
    client = client_of(request.getfixturevalue(who))
    status = 403 if who == "ben" else 404
    assert client.get(RATE).status_code == client.post(RATE, {"credit-light": "2"}).status_code == status
    assert not Rating.objects.exists()


@pytest.mark.parametrize("said", [{}, {"credit-light": "9"}])
def test_what_is_wrong_is_said_and_nothing_is_kept(team, ada, client_of, said):
    answer = client_of(ada).post(RATE, said)
    assert answer.status_code in (409, 422)
    assert not Rating.objects.exists()


def test_after_the_close_there_is_no_form(team, ada, client_of):
    answered(team, ada)
    client = client_of(ada)
    page = client.get(RATE).content.decode()
    assert "Given, and fixed" in page
    assert "credit-light" not in page
    assert client.post(RATE, {"credit-light": "2"}).status_code == 409
