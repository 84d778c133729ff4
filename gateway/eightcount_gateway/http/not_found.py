"""The page that a browser gets for an address that does not exist."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Page not found – Eightcount</title>
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>Page not found</h1>
<p>There is no page at this address. <a href="/">Back to the start</a></p>
</main>
</body>
</html>
"""


def not_found_page() -> HTMLResponse:
    """Return the page, with status 404."""
    return HTMLResponse(_PAGE, 404)
