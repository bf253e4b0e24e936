"""A stand-in for Confluence, Cloud (REST API v2) or Data Center (v1): what publishing uses of it, strict where the real one is.

It is written from the vendor's public descriptions of the APIs and from what users of other tools report. It keeps pages with
versions, properties with versions, labels and files; titles are unique in a space, also against the trash. Bodies must be well-formed
storage format made of known elements, and the files that they show must be there when a page is read by a person. It changes what it
stores as the real one does: macros get ids, empty elements are written out.
"""

import base64
import html
import http.server
import json
import re
import threading
import urllib.parse
import xml.etree.ElementTree as ElementTree

NAMESPACES = 'xmlns:ac="urn:ac" xmlns:ri="urn:ri"'
ELEMENTS = set(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote table tbody tr th td br hr strong em del sup sub code a dl dt dd span time "
    "ac:structured-macro ac:parameter ac:rich-text-body ac:plain-text-body ac:image ac:link ac:link-body ac:task-list ac:task ac:task-id "
    "ac:task-status ac:task-body ri:attachment ri:page ri:url".split()
)
MACROS = {"info", "tip", "note", "warning", "code", "expand", "toc", "anchor", "status"}
MAX_BODY = 5_000_000
PAGE_SIZE = 2  # of lists, so that paging is always needed


class Refusal(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status, self.message = status, message


def check_body(body):
    """Refuses what the server could not show; stricter than the real one, which is lenient."""
    if len(body.encode()) > MAX_BODY:
        raise Refusal(413, "the body is too large")
    if re.search(r"&(?!(lt|gt|amp|quot|apos|#\d+|#x[0-9a-fA-F]+);)", re.sub(r"<!\[CDATA\[.*?\]\]>", "", body, flags=re.S)):
        raise Refusal(400, "Error parsing xhtml: undeclared entity")
    try:
        root = ElementTree.fromstring(f"<root {NAMESPACES}>{body}</root>")
    except ElementTree.ParseError as error:
        raise Refusal(400, f"Error parsing xhtml: {error}") from error
    for element in root.iter():
        name = element.tag.replace("{urn:ac}", "ac:").replace("{urn:ri}", "ri:")
        if name != "root" and name not in ELEMENTS:
            raise Refusal(400, f"Error parsing xhtml: unknown element {name}")
        if name == "ac:structured-macro" and element.get("{urn:ac}name") not in MACROS:
            raise Refusal(400, f"unknown macro {element.get('{urn:ac}name')}")
        if name == "ac:link" and len(element) == 0:
            raise Refusal(400, "a link without a body")
    return root


def stored(body):
    """Returns a body as the real server gives it back."""
    count = iter(range(1, 1_000_000))
    body = re.sub(r'<ac:structured-macro ac:name="', lambda _: f'<ac:structured-macro ac:schema-version="1" ac:macro-id="m{next(count)}" ac:name="', body)
    return re.sub(r"<(br|hr|ri:[a-z]+)([^<>]*?)/>", r"<\1\2 />", body).replace("&quot;", '"')


PANELS = {"info": "#36c", "tip": "#14866d", "note": "#ac6600", "warning": "#d33"}


def shown(body):
    """Returns a body as HTML, about as the real server shows it to people."""

    def text(words):
        return html.escape(words or "")

    def inner(element):
        return text(element.text) + "".join(one(child) + text(child.tail) for child in element)

    def one(element):
        name = element.tag.replace("{urn:ac}", "ac:").replace("{urn:ri}", "ri:")
        parameters = {p.get("{urn:ac}name"): p.text or "" for p in element.findall("{urn:ac}parameter")}
        rich, plain = element.find("{urn:ac}rich-text-body"), element.find("{urn:ac}plain-text-body")
        if name == "ac:structured-macro":
            kind = element.get("{urn:ac}name")
            if kind in PANELS:
                title = f"<p><b>{text(parameters['title'])}</b></p>" if parameters.get("title") else ""
                return f'<div class="panel" style="border-left:4px solid {PANELS[kind]}">{title}{inner(rich)}</div>'
            if kind == "expand":
                return f"<details><summary>{text(parameters.get('title'))}</summary>{inner(rich)}</details>"
            if kind == "code":
                return f"<pre>{text(plain.text)}</pre>"
            if kind == "status":
                return f'<b class="status" style="color:{parameters.get("colour", "Grey")}">{text(parameters.get("title"))}</b>'
            return "" if kind == "anchor" else '<p class="toc">Contents</p>'
        if name == "ac:link":
            return f'<a href="#">{inner(element.find("{urn:ac}link-body"))}</a>'
        if name == "ac:image":
            return f'<img alt="{text(element.get("{urn:ac}alt"))}">'
        if name == "ac:task-list":
            return f"<ul>{inner(element)}</ul>"
        if name == "ac:task":
            box = "☑ " if element.findtext("{urn:ac}task-status") == "complete" else "☐ "
            return f"<li>{box}{inner(element.find('{urn:ac}task-body'))}</li>"
        if name.startswith(("ac:", "ri:")):
            return inner(element)
        attributes = "".join(f' {key}="{text(value)}"' for key, value in element.attrib.items())
        return f"<{name}{attributes}>" + ("" if name in ("br", "hr") else f"{inner(element)}</{name}>")

    return inner(check_body(body))


class Site:
    """The pages of one space. `user` and `token` are the login; `wiki.person_edits` and the like are what people do by hand."""

    user, token, space_key, space_id = "publisher@example.org", "a-token-of-the-publisher", "LOG", "9001"

    def __init__(self, edition="cloud"):
        self.edition = edition
        self.pages, self.trash, self.properties, self.labels, self.files, self.comments = {}, {}, {}, {}, {}, {}
        self.last_id, self.lock, self.log = 1000, threading.RLock(), []

    def new_id(self):
        self.last_id += 1
        return str(self.last_id)

    def new_page(self, title, parent, body, author):
        page = {"id": self.new_id(), "title": title, "parent": parent, "body": body, "version": 1, "versions": [(author, body)]}
        self.pages[page["id"]] = page
        return page

    def set_body(self, page, body, author):
        page.update(body=body, version=page["version"] + 1)
        page["versions"].append((author, body))

    def by_title(self, title, also_trash=False):
        pages = list(self.pages.values()) + (list(self.trash.values()) if also_trash else [])
        return next((page for page in pages if page["title"].lower() == title.lower()), None)

    def person_edits(self, title, change):
        with self.lock:
            page = self.by_title(title)
            self.set_body(page, change(page["body"]), "a person")

    def person_makes(self, title, body):
        with self.lock:
            self.new_page(title, None, body, "a person")

    def person_deletes(self, title, for_good=True):
        with self.lock:
            page = self.pages.pop(self.by_title(title)["id"])
            if not for_good:
                self.trash[page["id"]] = page

    def shown(self, page, with_body):
        answer = {
            "id": page["id"], "status": "current", "title": page["title"], "spaceId": self.space_id, "parentId": page["parent"],
            "version": {"number": page["version"], "createdAt": "2026-11-20T10:00:00.000Z", "authorId": "a1"}, "_links": {"webui": "/x"},
        }
        if with_body:
            answer["body"] = {"storage": {"representation": "storage", "value": stored(page["body"])}}
        return answer

    def page(self, id):
        if id not in self.pages:
            raise Refusal(404, "no such page")
        return self.pages[id]

    def answer(self, method, path, query, headers, body):
        with self.lock:
            login = "Basic " + base64.b64encode(f"{self.user}:{self.token}".encode()).decode()
            if headers.get("Authorization", "") != (login if self.edition == "cloud" else f"Bearer {self.token}"):
                raise Refusal(401, "who are you?")
            for pattern, handler in ROUTES if self.edition == "cloud" else DATA_CENTER_ROUTES:
                found = re.fullmatch(pattern, path)
                if found and method in handler.__name__:
                    return handler(self, query, headers, body, *found.groups())
            raise Refusal(404, f"no {method} {path}")


def listed(results, path, query):
    start = int(query.get("cursor", ["0"])[0])
    size = min(int(query.get("limit", ["25"])[0]), PAGE_SIZE if Stand.small_pages else 250)
    links = {}
    if start + size < len(results):
        more = {**query, "cursor": [str(start + size)]}
        links["next"] = f"/wiki{path}?{urllib.parse.urlencode(more, doseq=True)}"
    return 200, {"results": results[start : start + size], "_links": links}


def limit(query):
    if not 1 <= int(query.get("limit", ["25"])[0]) <= 250:
        raise Refusal(400, "limit must be 1 to 250")


def GET_spaces(site, query, headers, body):
    return listed([{"id": site.space_id, "key": site.space_key, "name": "Log"}] if query.get("keys") == [site.space_key] else [], "/api/v2/spaces", query)


def GET_pages(site, query, headers, body):
    limit(query)
    pages = list(site.pages.values())
    if "id" in query:
        if len(query["id"]) > 250 or not all(id.isdigit() for id in query["id"]):
            raise Refusal(400, "id must be at most 250 numbers")
        pages = [page for page in pages if page["id"] in query["id"]]
    if "title" in query:
        if query.get("space-id") != [site.space_id]:
            raise Refusal(400, "space-id must be the number of a space")
        pages = [page for page in pages if page["title"].lower() == query["title"][0].lower()]
    return listed([site.shown(page, False) for page in pages], "/api/v2/pages", query)


def POST_pages(site, query, headers, body):
    request = json.loads(body)
    if request.get("spaceId") != site.space_id or request.get("status") != "current" or not isinstance(request.get("title"), str):
        raise Refusal(400, "spaceId, status and title are needed")
    if request["body"]["representation"] != "storage":
        raise Refusal(400, "representation must be storage")
    if site.by_title(request["title"], also_trash=True):
        raise Refusal(400, "A page with this title already exists in this space")
    if len(request["title"]) > 255 or request["title"] != request["title"].strip():
        raise Refusal(400, "the title cannot be used")
    if "parentId" in request:
        site.page(request["parentId"])
    check_body(request["body"]["value"])
    page = site.new_page(request["title"], request.get("parentId"), request["body"]["value"], "the publisher")
    return 200, site.shown(page, True)


def GET_page(site, query, headers, body, id):
    with_body = query.get("body-format") == ["storage"]
    return 200, site.shown(old_version(site.page(id), query["version"][0]) if "version" in query else site.page(id), with_body)


def old_version(page, number):
    if not 1 <= int(number) <= page["version"]:
        raise Refusal(404, "no such version")
    return {**page, "version": int(number), "body": page["versions"][int(number) - 1][1]}


def PUT_page(site, query, headers, body, id):
    request, page = json.loads(body), site.page(id)
    if request.get("id") != id or request.get("status") != "current" or not isinstance(request.get("version", {}).get("number"), int):
        raise Refusal(400, "id, status and version.number are needed")
    if request["version"]["number"] != page["version"] + 1:
        raise Refusal(409, f"Version must be incremented on update. Current version is: {page['version']}")
    other = site.by_title(request["title"], also_trash=True)
    if other and other["id"] != id:
        raise Refusal(400, "A page with this title already exists in this space")
    check_body(request["body"]["value"])
    page["title"] = request["title"]
    site.set_body(page, request["body"]["value"], "the publisher")
    return 200, site.shown(page, True)


def DELETE_page(site, query, headers, body, id):
    site.trash[id] = site.pages.pop(site.page(id)["id"])
    return 204, None


def GET_properties(site, query, headers, body, id):
    site.page(id)
    limit(query)
    found = [one for one in site.properties.get(id, {}).values() if query.get("key", [one["key"]]) == [one["key"]]]
    return listed(found, f"/api/v2/pages/{id}/properties", query)


def POST_properties(site, query, headers, body, id):
    request, known = json.loads(body), site.properties.setdefault(site.page(id)["id"], {})
    if request["key"] in known:
        raise Refusal(409, "the property exists")
    if len(json.dumps(request["value"])) > 32768:
        raise Refusal(400, "the value is too long")
    known[request["key"]] = {"id": site.new_id(), "key": request["key"], "value": request["value"], "version": {"number": 1}}
    return 200, known[request["key"]]


def PUT_property(site, query, headers, body, id, property_id):
    request = json.loads(body)
    known = next((one for one in site.properties.get(id, {}).values() if one["id"] == property_id), None)
    if not known:
        raise Refusal(404, "no such property")
    if request["version"]["number"] != known["version"]["number"] + 1:
        raise Refusal(409, "the property has another version")
    if len(json.dumps(request["value"])) > 32768:
        raise Refusal(400, "the value is too long")
    known.update(value=request["value"], version={"number": request["version"]["number"]})
    return 200, known


def GET_labels(site, query, headers, body, id):
    limit(query)
    return listed([{"id": "1", "name": name, "prefix": "global"} for name in sorted(site.labels.get(id, ()))], f"/api/v2/pages/{id}/labels", query)


def POST_label(site, query, headers, body, id):
    for label in json.loads(body):
        if label["prefix"] != "global" or not re.fullmatch(r"[^\s:;,.?&\[\]()#^*@!<>]+", label["name"]):
            raise Refusal(400, "a label has no blanks")
        site.labels.setdefault(site.page(id)["id"], set()).add(label["name"])
    return 200, {"results": []}


def GET_attachments(site, query, headers, body, id):
    limit(query)
    names = [name for name in site.files.get(id, {}) if query.get("filename", [name]) == [name]]
    return listed([{"id": f"att{at}", "title": name} for at, name in enumerate(names)], f"/api/v2/pages/{id}/attachments", query)


def POST_attachment(site, query, headers, body, id):
    if headers.get("X-Atlassian-Token") != "no-check":
        raise Refusal(403, "XSRF check failed")
    boundary = re.search(r"multipart/form-data; boundary=(\S+)", headers["Content-Type"]).group(1).encode()
    for part in body.split(b"--" + boundary)[1:-1]:
        head, data = part.split(b"\r\n\r\n", 1)
        name = re.search(rb'name="file"; filename="([^"]+)"', head)
        if name:
            files = site.files.setdefault(site.page(id)["id"], {})
            if name.group(1).decode() in files:
                raise Refusal(400, "Cannot add a new attachment with same file name as an existing attachment")
            files[name.group(1).decode()] = data[:-2]
            return 200, {"results": []}
    raise Refusal(400, "no file")


def GET_comments(site, query, headers, body, id):
    return listed([{"id": "7"}] * (site.comments.get(id, 0) if query.get("resolution-status") == ["open"] else 0), f"/api/v2/pages/{id}/inline-comments", query)


V2 = r"/wiki/api/v2"
ROUTES = [
    (rf"{V2}/spaces", GET_spaces),
    (rf"{V2}/pages", GET_pages),
    (rf"{V2}/pages", POST_pages),
    (rf"{V2}/pages/(\d+)", GET_page),
    (rf"{V2}/pages/(\d+)", PUT_page),
    (rf"{V2}/pages/(\d+)", DELETE_page),
    (rf"{V2}/pages/(\d+)/properties", GET_properties),
    (rf"{V2}/pages/(\d+)/properties", POST_properties),
    (rf"{V2}/pages/(\d+)/properties/(\d+)", PUT_property),
    (rf"{V2}/pages/(\d+)/labels", GET_labels),
    (r"/wiki/rest/api/content/(\d+)/label", POST_label),
    (rf"{V2}/pages/(\d+)/attachments", GET_attachments),
    (r"/wiki/rest/api/content/(\d+)/child/attachment", POST_attachment),
    (rf"{V2}/pages/(\d+)/inline-comments", GET_comments),
]


# Data Center. What the vendor's reference (9.0 and later) names as parameters of each request; others are refused here.
PARAMETERS = {
    "GET space": {"expand"},
    "GET contents": {"spaceKey", "expand", "limit", "start", "postingDay", "ids", "title", "type", "status"},
    "POST contents": {"expand", "status"},
    "GET content": {"expand", "version", "status"},
    "PUT content": {"expand", "status"},
    "DELETE content": {"status"},
    "GET properties": {"expand", "limit", "start"},
    "POST properties": set(),
    "GET property": {"expand", "limit"},
    "PUT property": {"expand"},
    "GET label": {"prefix", "limit", "start"},
    "POST label": set(),
    "GET attachment": {"filename", "expand", "limit", "start", "mediaType"},
    "POST attachment": {"expand", "status"},
    "GET comment": {"expand", "depth", "limit", "start", "location", "parentVersion"},
}


def started(results, path, query, default=25):
    """A list in parts, by `start` and `limit`; the server may give fewer than it is asked for."""
    start, size = int(query.get("start", ["0"])[0]), int(query.get("limit", [str(default)])[0])
    size = min(size, PAGE_SIZE if Stand.small_pages else 250)
    links = {"base": "http://127.0.0.1/confluence", "context": "/confluence"}
    if start + size < len(results):
        links["next"] = f"{path}?limit={size}&start={start + size}"
    part = results[start : start + size]
    return 200, {"results": part, "start": start, "limit": size, "size": len(part), "_links": links}


def expanded(query):
    return set(query.get("expand", [""])[0].split(","))


def content(page, query, version=True):
    answer = {"id": page["id"], "type": "page", "status": "current", "title": page["title"], "_links": {"webui": "/x"}, "_expandable": {}}
    if version or "version" in expanded(query):
        answer["version"] = {"number": page["version"], "minorEdit": False, "when": "2026-11-20T10:00:00.000Z"}
    if "body.storage" in expanded(query):
        answer["body"] = {"storage": {"value": stored(page["body"]), "representation": "storage"}}
    return answer


def GET_space(site, query, headers, body, key):
    if key != site.space_key:
        raise Refusal(404, "No space with key : " + key)
    return 200, {"id": int(site.space_id), "key": key, "name": "Log", "type": "global"}


def GET_contents(site, query, headers, body):
    if query.get("type") != ["page"] or query.get("spaceKey") != [site.space_key]:
        return started([], "/rest/api/content", query)
    pages = list(site.pages.values())
    if "title" in query:
        pages = [page for page in pages if page["title"].lower() == query["title"][0].lower()]
    return started([content(page, query, version=False) for page in pages], "/rest/api/content", query)


def given_page(site, body):
    request = json.loads(body)
    if request.get("type") != "page" or not isinstance(request.get("title"), str) or not request["title"].strip():
        raise Refusal(400, "type and title are needed")
    if len(request["title"]) > 255 or request["title"] != request["title"].strip():
        raise Refusal(400, "the title cannot be used")
    if request["body"]["storage"]["representation"] != "storage":
        raise Refusal(400, "representation must be storage")
    return request


def POST_contents(site, query, headers, body):
    request = given_page(site, body)
    if request.get("space", {}).get("key") != site.space_key:
        raise Refusal(404, "no such space")
    if site.by_title(request["title"], also_trash=True):
        raise Refusal(400, f"A page with this title already exists: A page already exists with the title {request['title']} in the space")
    above = request.get("ancestors", [])
    if any(set(page) != {"id"} for page in above):
        raise Refusal(400, "ancestors are given by id")
    parent = site.page(above[-1]["id"])["id"] if above else None
    check_body(request["body"]["storage"]["value"])
    return 200, content(site.new_page(request["title"], parent, request["body"]["storage"]["value"], "the publisher"), query)


def GET_content(site, query, headers, body, id):
    page = site.page(id)
    if "version" in query:
        if query.get("status") != ["historical"]:
            raise Refusal(404, "an old version has the status historical")
        return 200, {**content(old_version(page, query["version"][0]), query), "status": "historical"}
    return 200, content(page, query, version=False)


def PUT_content(site, query, headers, body, id):
    request, page = given_page(site, body), site.page(id)
    if not isinstance(request.get("version", {}).get("number"), int):
        raise Refusal(400, "version.number is needed")
    if request["version"]["number"] != page["version"] + 1:
        raise Refusal(409, f"Version must be incremented on update. Current version is: {page['version']}")
    other = site.by_title(request["title"], also_trash=True)
    if other and other["id"] != id:
        raise Refusal(400, "A page with this title already exists")
    check_body(request["body"]["storage"]["value"])
    page["title"] = request["title"]
    site.set_body(page, request["body"]["storage"]["value"], "the publisher")
    return 200, content(page, query)


def GET_properties_1(site, query, headers, body, id):
    site.page(id)
    return started(list(site.properties.get(id, {}).values()), f"/rest/api/content/{id}/property", query, 10)


def GET_property(site, query, headers, body, id, key):
    site.page(id)
    if key not in site.properties.get(id, {}):
        raise Refusal(404, "no such property")
    return 200, site.properties[id][key]


def PUT_property_1(site, query, headers, body, id, key):
    request, known = json.loads(body), GET_property(site, query, headers, body, id, key)[1]
    return PUT_property(site, query, headers, json.dumps({**request, "key": key}).encode(), id, known["id"])


def GET_label(site, query, headers, body, id):
    site.page(id)
    return started([{"id": "1", "name": name, "prefix": "global"} for name in sorted(site.labels.get(id, ()))], f"/rest/api/content/{id}/label", query, 200)


def GET_attachment(site, query, headers, body, id):
    site.page(id)
    names = [name for name in site.files.get(id, {}) if query.get("filename", [name]) == [name]]
    return started([{"id": f"att{at}", "type": "attachment", "title": name} for at, name in enumerate(names)], f"/rest/api/content/{id}/child/attachment", query)


def GET_comment(site, query, headers, body, id):
    site.page(id)

    def comment(status):
        return {"id": "7", "type": "comment", "extensions": {"location": "inline", "resolution": {"status": status}}}

    comments = [comment("resolved")] + [comment("open")] * site.comments.get(id, 0)
    if "extensions.resolution" not in expanded(query):
        comments = [{"id": "7", "type": "comment"} for _ in comments]
    return started(comments, f"/rest/api/content/{id}/child/comment", query)


V1 = r"/confluence/rest/api"
DATA_CENTER_ROUTES = [
    (rf"{V1}/space/([^/]+)", GET_space),
    (rf"{V1}/content", GET_contents),
    (rf"{V1}/content", POST_contents),
    (rf"{V1}/content/(\d+)", GET_content),
    (rf"{V1}/content/(\d+)", PUT_content),
    (rf"{V1}/content/(\d+)", DELETE_page),
    (rf"{V1}/content/(\d+)/property", GET_properties_1),
    (rf"{V1}/content/(\d+)/property", POST_properties),
    (rf"{V1}/content/(\d+)/property/([^/]+)", GET_property),
    (rf"{V1}/content/(\d+)/property/([^/]+)", PUT_property_1),
    (rf"{V1}/content/(\d+)/label", GET_label),
    (rf"{V1}/content/(\d+)/label", POST_label),
    (rf"{V1}/content/(\d+)/child/attachment", GET_attachment),
    (rf"{V1}/content/(\d+)/child/attachment", POST_attachment),
    (rf"{V1}/content/(\d+)/child/comment", GET_comment),
]


def check_parameters(method, path, query):
    """Refuses what the vendor's reference does not name."""
    kind = re.sub(r"/\d+/property/.+", " property", path.removeprefix("/confluence/rest/api"))
    kind = re.sub(r"/content/\d+/(child/)?", " ", kind).replace("property/", "property")
    names = {"/content": "contents", " property": "properties", "/content property": "property"}
    kind = names.get(kind, re.sub(r"^/space/.*", "space", re.sub(r"^/content/\d+$", "content", kind)).strip())
    unknown = set(query) - PARAMETERS[f"{method} {kind}"]
    if unknown:
        raise Refusal(400, f"{method} {kind} has no parameter {sorted(unknown)}")


class Stand:
    """The server of a site, `cloud` or `data-center`, on a free port of this machine."""

    small_pages = True

    def __init__(self, edition="cloud"):
        self.site = Site(edition)
        stand = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                url = urllib.parse.urlsplit(self.path)
                url = url._replace(path=urllib.parse.unquote(url.path))
                query = urllib.parse.parse_qs(url.query)
                try:
                    if edition != "cloud":
                        check_parameters(self.command, url.path, query)
                    status, answer = stand.site.answer(self.command, url.path, query, self.headers, body)
                except Refusal as refusal:
                    status, answer = refusal.status, {"errors": [{"status": refusal.status, "title": refusal.message}]}
                stand.site.log.append({"method": self.command, "path": url.path, "query": query, "body": body, "status": status, "answer": answer})
                data = b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}/{'wiki' if edition == 'cloud' else 'confluence'}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
