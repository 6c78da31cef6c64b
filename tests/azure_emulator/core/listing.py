"""Lists: pages, their links, and what can be wrong with them (9.3, 2 and 3)."""

from urllib.parse import quote

from core.message import Answer

TOKEN = "skiptoken"


def listing(call, rows, pages=None, null_link=True, token_name="skipToken"):
    """Answers a list. `pages` are (token, rows), the first with token ""; without them everything is one page.
    `null_link`: Site Recovery writes `"nextLink": null` on the last page, Microsoft.Network nothing."""
    world, request = call.world, call.request
    pages = _cut(call, pages if pages is not None else [("", rows)])
    token = request.query.get(TOKEN, request.query.get("$" + TOKEN, ""))
    if token and world.behaving("row-moves", request.path) is not None:
        pages = _moved(pages)
    index = next((at for at, (name, _) in enumerate(pages) if name == token), None)
    if index is None:
        return Answer(200, _body([], None, null_link))
    rows = list(pages[index][1])
    following = pages[index + 1] if index + 1 < len(pages) else None
    if following is not None and following[1] and world.behaving("row-in-two-pages", request.path) is not None:
        rows.append(following[1][0])
    link = None
    if following is not None:
        link = _link(request, following[0], token_name)
    if world.behaving("next-link-loops", request.path) is not None:
        link = _link(request, token, token_name)
    foreign = world.behaving("next-link-foreign", request.path)
    if foreign is not None:
        link = f"https://{foreign.get('host', 'evil.example')}{request.raw_path}?api-version={request.api_version}"
    return Answer(200, _body(rows, link, null_link))


def _body(rows, link, null_link):
    body = {"value": rows}
    if link is not None or null_link:
        body["nextLink"] = link
    return body


def _link(request, token, token_name):
    path = request.raw_path.replace("/Subscriptions/", "/subscriptions/")
    kept = [(name, value) for name, value in request.pairs if name.lower().strip("$") != TOKEN]
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in kept)
    return f"{request.base}{path}?{query}&{token_name}={quote(token, safe='')}"


def _cut(call, pages):
    size = call.world.behaving("pages", call.request.path)
    if size is not None:
        count = int(size.get("size", 1))
        cut = []
        for token, rows in pages:
            chunks = [rows[at:at + count] for at in range(0, len(rows), count)] or [[]]
            cut += [(token if not at else f"{token}.{at}", chunk) for at, chunk in enumerate(chunks)]
        pages = cut
    if call.world.behaving("empty-pages", call.request.path) is not None:
        padded = []
        for token, rows in pages:
            padded += [(token, []), (token + "e", rows)]
        pages = padded
    return pages


def _moved(pages):
    """The same pages after a row moved from the last one to the first."""
    rows = [row for _, page in pages for row in page]
    rows = rows[-1:] + rows[:-1]
    moved, at = [], 0
    for token, page in pages:
        moved.append((token, rows[at:at + len(page)]))
        at += len(page)
    return moved
