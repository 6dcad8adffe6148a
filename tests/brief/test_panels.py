"""A reading as a panel, and the map as it is drawn."""

from followspot.brief import mapped, panels, signs
from followspot.measures import Reading, Verdict, cant_tell, measures
from followspot.measures.hovering import IN_A_MONTH, WAITING


def row(month, across, up, half=0.05):
    return {
        "month": f"2026-{month:02}-23",
        "across": across,
        "across, low": across - half,
        "across, high": across + half,
        "up": up,
        "up, low": up - half,
        "up, high": up + half,
    }


def reading(*rows, **more):
    return Reading("Where?", Verdict.SEEN, "From behind.", table=rows, **more)


def test_the_map_has_a_path_with_its_months_a_point_and_an_outline():
    drawn = mapped.of(reading(row(5, 0.2, 0.9), row(6, 0.4, 0.4), row(7, 0.7, 0.8)))
    assert [s.month for s in drawn.past] == ["May", "June"]
    assert (drawn.now.month, drawn.now.x, drawn.now.y) == ("July", 66.8, 24.8)
    assert len(drawn.lines) == 2
    assert (drawn.lines[-1].x2, drawn.lines[-1].y2) == (drawn.now.x, drawn.now.y)
    assert drawn.rx == drawn.ry > 0.05 * 84  # both axes at once reach further than each alone
    assert drawn.title == "Your path on the map, May to July"
    assert drawn.description.endswith("June: 40% to the right, 40% up; July: 70% to the right, 80% up.")


def test_marks_keep_away_from_the_edge():
    drawn = mapped.of(reading(row(5, 0.0, 0.0), row(6, 1.0, 1.0)))
    spots = [*drawn.past, drawn.now]
    assert {(s.x, s.y) for s in spots} == {(8.0, 92.0), (92.0, 8.0)}


def test_a_month_is_left_out_where_another_is_written_and_now_never():
    drawn = mapped.of(reading(*(row(m, 0.7, 0.7) for m in range(1, 8))))
    assert drawn.now.month == "July"
    assert [s.month for s in drawn.past].count("") == 5


def test_one_month_is_a_place_without_a_path():
    drawn = mapped.of(reading(row(7, 0.5, 0.5)))
    assert drawn.lines == drawn.past == ()
    assert drawn.title == "Your path on the map"
    assert mapped.of(reading()) is None


def test_only_dots_and_lines_are_called_so_and_tables_are_called_what_they_are():
    months = reading({"month": "2026-05-01", "times": 3})
    areas = reading({"area": "sea", "changes by others": 3})
    other = reading({"x": 1})
    parts = tuple(
        Reading(q, Verdict.SEEN, q, table=r.table) for q, r in (("a", months), ("b", areas), ("c", other))
    )
    for slug, dots in (("dependence", True), ("sustainability", False)):
        panel = panels.compose(measures()[slug], reading(parts=parts))
        assert panel.dots is dots
        assert [p.called for p in panel.parts] == ["Month by month", "Which areas", "The figures"]


def test_where_nothing_can_be_told_nothing_is_drawn():
    panel = panels.compose(measures()["map"], cant_tell("Where?", "Can't tell: two would be enough."))
    assert not panel.told
    assert panel.map is panel.drawn is None


def test_both_sides_of_hovering_are_told_apart():
    touched = Reading("How often?", Verdict.SEEN, "Twice.")
    sign = Reading("Came with a word", Verdict.SEEN, "Once.", 1.0, unit=IN_A_MONTH)
    asked = Reading("Which questions?", Verdict.SEEN, "No question waits.", 0.0, unit=WAITING)
    heard = Reading("When last?", Verdict.SEEN, "1 working day ago.", 1.0, unit="working days")
    found = signs.compose(reading(parts=(touched, sign, asked, heard)))
    assert [s.what for s in found.hovering] == ["Came with a word"]
    assert found.waiting == (asked, heard)
    assert signs.compose(cant_tell("?", "Can't tell: nothing.")).cant_tell == "Can't tell: nothing."
