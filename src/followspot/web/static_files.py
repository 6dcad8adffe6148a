"""How static files are kept: named by their content, and compressed."""

from functools import cached_property
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Leaves scripts as they are: libraries name source maps that they don't bring along."""

    patterns = tuple(p for p in CompressedManifestStaticFilesStorage.patterns if p[0] != "*.js")

    @cached_property
    def _addresses(self) -> dict[tuple[str, bool], str]:
        return {}

    def url(self, name: str, force: bool = False) -> str:
        """Return a file's address. Every page asks for eight, which stay the same until files are collected anew."""
        asked = name, force
        if asked not in self._addresses:
            self._addresses[asked] = super().url(name, force)
        return self._addresses[asked]

    def post_process(self, *args: Any, **kwargs: Any) -> Any:
        """Collect files anew, and forget what they were called before."""
        self._addresses.clear()
        return super().post_process(*args, **kwargs)
