"""People who raise barriers without a pause, and who remember what they were told."""

import http.client
import threading

from tests.upkeep.installation import word


class Load:
    """Some people at once. said : what each of them sent; acknowledged : what was answered with 201."""

    def __init__(self, house, *, people=4, timeout=30):
        self._house, self._stop, self._timeout = house, threading.Event(), timeout
        self.said, self.acknowledged, self.answers = [], [], []
        self._people = [threading.Thread(target=self._go) for _ in range(people)]

    def __enter__(self):
        for person in self._people:
            person.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for person in self._people:
            person.join()

    def _go(self):
        while not self._stop.is_set():
            what = f"Barrier {word()}"
            self.said.append(what)
            try:
                status, _ = self._house.raise_barrier(what, timeout=self._timeout)
            except (OSError, http.client.HTTPException):
                self._stop.wait(0.05)
                continue
            self.answers.append(status)
            if status == 201:
                self.acknowledged.append(what)
            else:
                self._stop.wait(0.05)


def all_is_there_once(house, loads):
    """Say again what nobody acknowledged; then each thing is there once, and what was acknowledged was there before."""
    before = house.barriers()
    acknowledged = [what for load in loads for what in load.acknowledged]
    assert set(acknowledged) <= set(before), "What had been acknowledged is gone."
    for what in {what for load in loads for what in load.said} - set(acknowledged):
        assert house.raise_barrier(what)[0] in (200, 201)
    after = house.barriers()
    assert sorted(after) == sorted({what for load in loads for what in load.said})
    assert len(after) == len(set(after))


def state_and_log_agree(house):
    """Each barrier has the one event of its being raised, and there is none without a barrier."""
    said = house.shell(
        "from django.db.models import Count\n"
        "from followspot.evidence.models import StoredEvent\n"
        "from followspot.practices.barriers.models import Barrier\n"
        "raised = StoredEvent.objects.filter(activity='barrier.raised')\n"
        "print('AGREE', raised.count() == raised.values('object').distinct().count() == Barrier.objects.count())\n"
    )
    assert "AGREE True" in said
