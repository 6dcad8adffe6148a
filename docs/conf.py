"""How the documentation is built."""

from followspot import __version__

project = "Followspot"
author = "The Followspot authors"
copyright = "The Followspot authors"
release = __version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
nb_execution_mode = "off"
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Followspot"
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
autodoc_typehints = "description"
autodoc_mock_imports: list[str] = []
nitpicky = False
suppress_warnings = ["myst.xref_missing"]
