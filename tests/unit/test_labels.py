"""Names beside dots."""

from hypothesis import given
from hypothesis import strategies as st

from toppicks.labels import Box, Point, place_labels

ROOM = Box(0, 0, 100, 60)
PLACES = st.tuples(st.floats(0, 100), st.floats(0, 60))
SIZES = st.tuples(st.floats(1, 30), st.floats(1, 10))


@given(st.lists(st.tuples(PLACES, SIZES), max_size=25))
def test_names_never_overlap_nor_leave_the_room(dots: list[tuple[Point, Point]]) -> None:
    placed = place_labels([at for at, _ in dots], [size for _, size in dots], ROOM, (3, 8))
    assert len(placed) == len(dots)
    boxes = [box for box in placed if box]
    assert all(box.within(ROOM) for box in boxes)
    assert not any(a.overlaps(b) for at, a in enumerate(boxes) for b in boxes[:at])


def test_a_lonely_dot_has_its_name_at_its_right() -> None:
    assert place_labels([(50, 30)], [(20, 6)], ROOM, (4, 9)) == [Box(54, 27, 74, 33)]


def test_the_first_has_the_best_place_and_the_last_none_where_there_is_no_room() -> None:
    first, second = place_labels([(5, 5), (5, 5)], [(9, 9), (9, 9)], Box(0, 0, 16, 10), (1,))
    assert first == Box(6, 0.5, 15, 9.5)
    assert second is None


def test_a_name_goes_further_off_rather_than_onto_a_dot() -> None:
    (free,) = place_labels([(50, 30)], [(20, 6)], ROOM, (4, 20))
    crowd = [(50 + dx, 30 + dy) for dx in (-8, 0, 8) for dy in (-8, 0, 8)]
    (placed,) = place_labels([(50, 30)], [(20, 6)], ROOM, (4, 20), radius=1, others=crowd)
    assert placed != free
    assert placed is not None
    x0, y0, x1, y1 = placed
    assert not any(x0 - 1 < x < x1 + 1 and y0 - 1 < y < y1 + 1 for x, y in crowd)
