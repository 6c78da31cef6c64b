"""GitHub, GitLab and Azure DevOps as far as comments of one pull request go, number 7, in one server. Methods, paths, headers
and bodies are held against what the hosts document:

  GitHub        docs.github.com/en/rest/issues/comments
  GitLab        docs.gitlab.com/api/notes (merge requests), docs.gitlab.com/api/users (/user)
  Azure DevOps  learn.microsoft.com/rest/api/azure/devops/git: pull-request-threads, pull-request-thread-comments, 7.1;
                connectionData is there as a preview only

What a host would refuse is refused here with its status. Only the author of a comment may change it.
"""
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

TOKEN = "a-token-of-a-test"
BUILD = "6b2f7a0e-0000-4000-8000-00000000000b"  # the build service's account
THREADS = "/contoso/4e0b1f52-0000-4000-8000-000000000001/_apis/git/repositories/9d1c3a77-0000-4000-8000-000000000002"
THREADS += "/pullRequests/7/threads"
OWN = {"github": "github-actions[bot]", "gitlab": 90, "azure": BUILD}


class Refused(Exception):
    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


class CodeHosts:
    def __init__(self):
        self.comments = {host: [] for host in OWN}  # of Azure DevOps each is the first one, 1, of a thread
        self.requests = []  # "GET /path?query"
        self.refused = []   # (status, why)
        self.redirect = None
        hosts = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                hosts.requests.append(f"{self.command} {self.path}")
                headers = {"Content-Type": "application/json"}
                try:
                    if hosts.redirect:
                        headers["Location"], status, value = hosts.redirect, 302, None
                        hosts.redirect = None
                    else:
                        status, value = hosts.answer(self.command, self.path, self.headers, body)
                except Refused as error:
                    hosts.refused.append((error.status, str(error)))
                    status, value = error.status, {"message": str(error)}
                text = value.encode() if isinstance(value, str) else json.dumps(value).encode()
                self.send_response(status)
                for name, one in headers.items():
                    self.send_header(name, one)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_PATCH = answer

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def environment(self, host):
        """What the host sets for a job of the pull request, and the token that the recipe asks for."""
        return {
            "github": {"GITHUB_API_URL": f"{self.url}/api/v3", "GITHUB_REPOSITORY": "contoso/network", "GH_TOKEN": TOKEN,
                       "PULL_REQUEST": "7"},
            "gitlab": {"CI_API_V4_URL": f"{self.url}/api/v4", "CI_MERGE_REQUEST_IID": "7",
                       "CI_MERGE_REQUEST_PROJECT_ID": "12", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "12",
                       "PAIRFORM_NOTE_TOKEN": TOKEN},
            "azure": {"SYSTEM_COLLECTIONURI": f"{self.url}/contoso/", "SYSTEM_TEAMPROJECTID": THREADS.split("/")[2],
                      "BUILD_REPOSITORY_ID": THREADS.split("/")[6], "BUILD_REPOSITORY_PROVIDER": "TfsGit",
                      "SYSTEM_PULLREQUEST_PULLREQUESTID": "7", "SYSTEM_PULLREQUEST_ISFORK": "False",
                      "SYSTEM_ACCESSTOKEN": TOKEN},
        }[host]

    def put(self, host, author, body, deleted=False):
        """A comment that is there already. Azure DevOps lists what was deleted, too."""
        number = 1001 + sum(len(each) for each in self.comments.values())
        self.comments[host].append({"thread": number, "author": author, "body": body, "deleted": deleted})
        return number

    def own(self, host):
        return [one["body"] for one in self.comments[host] if one["author"] == OWN[host] and not one["deleted"]]

    def answer(self, method, target, headers, body):
        path, query = urlsplit(target).path, dict(parse_qsl(urlsplit(target).query))
        if body is not None and headers["Content-Type"] != "application/json":
            raise Refused(415, f"{method} {path} with {headers['Content-Type']}")
        if path.startswith("/api/v3/"):
            return self.github(method, path.removeprefix("/api/v3"), query, headers, body)
        if path.startswith("/api/v4/"):
            return self.gitlab(method, path.removeprefix("/api/v4"), query, headers, body)
        return self.azure(method, path, query, headers, body)

    def page(self, host, query, shown):
        size, page = int(query.get("per_page", 20)), int(query.get("page", 1))
        if size > 100:
            raise Refused(400, "pages have 100 comments at most")
        return 200, [shown(one) for one in self.comments[host]][(page - 1) * size:page * size]

    def change(self, host, number, text):
        if not text or not isinstance(text, str):
            raise Refused(400, "a comment without text")
        for one in self.comments[host]:
            if one["thread"] == number and not one["deleted"]:
                if one["author"] != OWN[host]:
                    raise Refused(403, "only its author may change a comment")
                one["body"] = text
                return
        raise Refused(404, f"no comment {number}")

    def make(self, host, text):
        if not text or not isinstance(text, str):
            raise Refused(400, "a comment without text")
        return self.put(host, OWN[host], text)

    def github(self, method, path, query, headers, body):
        if headers["Authorization"] != f"Bearer {TOKEN}":
            raise Refused(401, "Bad credentials")
        if headers["Accept"] != "application/vnd.github+json" or headers["X-GitHub-Api-Version"] != "2022-11-28":
            raise Refused(400, "no version of the API")
        issues = "/repos/contoso/network/issues"
        if (method, path) == ("GET", f"{issues}/7/comments"):
            return self.page("github", query, lambda one: {"id": one["thread"], "user": {"login": one["author"]},
                                                           "body": one["body"]})
        if (method, path) == ("POST", f"{issues}/7/comments"):
            return 201, {"id": self.make("github", body["body"])}
        if method == "PATCH" and re.fullmatch(issues + r"/comments/\d+", path):
            self.change("github", int(path.split("/")[-1]), body["body"])
            return 200, {}
        raise Refused(404, f"{method} {path}")

    def gitlab(self, method, path, query, headers, body):
        if headers["PRIVATE-TOKEN"] != TOKEN:
            raise Refused(401, "401 Unauthorized")
        notes = "/projects/12/merge_requests/7/notes"
        if (method, path) == ("GET", "/user"):
            return 200, {"id": OWN["gitlab"], "username": "project_12_bot", "bot": True}
        if (method, path) == ("GET", notes):  # the newest first, where no order is asked for
            self.comments["gitlab"].sort(key=lambda one: -one["thread"])
            return self.page("gitlab", query, lambda one: {"id": one["thread"], "author": {"id": one["author"]},
                                                           "body": one["body"], "system": False})
        if (method, path) == ("POST", notes):
            return 201, {"id": self.make("gitlab", body["body"])}
        if method == "PUT" and re.fullmatch(notes + r"/\d+", path):
            self.change("gitlab", int(path.split("/")[-1]), body["body"])
            return 200, {}
        raise Refused(404, f"{method} {path}")

    def azure(self, method, path, query, headers, body):
        if headers["Authorization"] != f"Bearer {TOKEN}":
            return 203, "<html>Sign in</html>"
        if (method, path) == ("GET", "/contoso/_apis/connectionData"):
            if query.get("api-version") != "7.1-preview":
                raise Refused(400, "connectionData is a preview")
            return 200, {"authenticatedUser": {"id": BUILD}}
        if query.get("api-version") != "7.1":
            raise Refused(400, "no version of the API")
        if (method, path) == ("GET", THREADS):
            return 200, {"count": len(self.comments["azure"]), "value": [
                {"id": one["thread"], "isDeleted": one["deleted"], "comments": [
                    {"id": 1, "parentCommentId": 0, "author": {"id": one["author"]}, "commentType": "text",
                     "content": one["body"], "isDeleted": one["deleted"]}]}
                for one in self.comments["azure"]]}
        if (method, path) == ("POST", THREADS):
            one, = body["comments"]
            if set(body) != {"comments"} or (one["parentCommentId"], one["commentType"]) != (0, "text"):
                raise Refused(400, "not a thread")
            return 200, {"id": self.make("azure", one["content"])}
        if method == "PATCH" and re.fullmatch(THREADS + r"/\d+/comments/1", path):
            if set(body) != {"content"}:
                raise Refused(400, "not a comment")
            self.change("azure", int(path.split("/")[-3]), body["content"])
            return 200, {}
        raise Refused(404, f"{method} {path}")
