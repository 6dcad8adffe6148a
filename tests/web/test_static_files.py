"""Static files: named by what is in them, asked for again and again, collected anew with each version."""

from followspot.web.static_files import Storage


def collected(storage, content):
    """Collect one file, and return its address."""
    with open(storage.path("a.css"), "w") as file:
        file.write(content)
    list(storage.post_process({"a.css": (storage, "a.css")}))
    return storage.url("a.css")


def test_an_address_is_that_of_the_file_that_was_collected_last(tmp_path):
    storage = Storage(location=tmp_path, base_url="/static/")
    first = collected(storage, "a { color: red }")
    assert storage.url("a.css") == first
    second = collected(storage, "a { color: blue }")
    assert second != first
    assert storage.url("a.css") == second
    assert (tmp_path / second.removeprefix("/static/")).read_text() == "a { color: blue }"
