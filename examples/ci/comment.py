#!/usr/bin/env python3
"""Writes a plan as a comment of a pull request, or brings the one up to date that is there:

    comment.py github|gitlab|azure PROJECT-NAME OUT/comment.md

Of comments with the project's marker only the pipeline's own counts: others can write a marker, too. What it needs beside
the variables that the host sets:
  github  GH_TOKEN, PULL_REQUEST (its number); PAIRFORM_CI_AUTHOR, where the token is not that of the job
  gitlab  PAIRFORM_NOTE_TOKEN
  azure   SYSTEM_ACCESSTOKEN
Exit code 0, or 1 where the comment could not be written. Python 3.6 or later, and nothing beside it.
"""
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token along to wherever it leads. Azure DevOps redirects to a page for signing in."""

    def redirect_request(self, *_):
        return None


def fail(why):
    # The host's words on one line, and nothing in them that a host could take for a command of the log.
    sys.exit("comment.py: " + ascii(why)[1:-1].replace("##", "# #"))


def variable(name):
    value = os.environ.get(name, "")
    return value or fail(name + " is not set")


def part(name):
    """A variable as one part of a path."""
    return urllib.parse.quote(variable(name), safe="")


class Api:
    def __init__(self, headers):
        self.headers = dict(headers, **{"Content-Type": "application/json", "User-Agent": "pairform"})
        self.opener = urllib.request.build_opener(NoRedirect)

    def call(self, method, url, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, self.headers, method=method)
        try:
            with self.opener.open(request, timeout=60) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            fail("%s %s: %d %s" % (method, url, error.code, error.read(300).decode(errors="replace")))
        except OSError as error:
            fail("%s %s: %s" % (method, url, error))
        try:
            return json.loads(text.decode())
        except ValueError:  # Azure DevOps answers a token that it does not know with 203, and a page
            return fail("%s %s: the answer is not JSON; is the token valid?" % (method, url))

    def pages(self, url):
        page = 1
        while True:
            found = self.call("GET", "%s?per_page=100&page=%d" % (url, page))
            yield from found
            if len(found) < 100:
                return
            page += 1


def github(text, marked):
    api = Api({"Authorization": "Bearer " + variable("GH_TOKEN"), "Accept": "application/vnd.github+json",
               "X-GitHub-Api-Version": "2022-11-28"})
    issues = "%s/repos/%s/issues" % (variable("GITHUB_API_URL"), variable("GITHUB_REPOSITORY"))
    here = "%s/%s/comments" % (issues, part("PULL_REQUEST"))
    # Whose the job's token is cannot be asked with it.
    author = os.environ.get("PAIRFORM_CI_AUTHOR") or "github-actions[bot]"
    own = [one["id"] for one in api.pages(here) if (one["user"] or {}).get("login") == author and marked(one["body"])]
    if own:
        api.call("PATCH", "%s/comments/%d" % (issues, own[-1]), {"body": text})
    else:
        api.call("POST", here, {"body": text})


def gitlab(text, marked):
    api = Api({"PRIVATE-TOKEN": variable("PAIRFORM_NOTE_TOKEN")})
    host = variable("CI_API_V4_URL")
    notes = "%s/projects/%s/merge_requests/%s/notes" % (host, part("CI_MERGE_REQUEST_PROJECT_ID"),
                                                        part("CI_MERGE_REQUEST_IID"))
    me = api.call("GET", host + "/user")["id"]
    own = [one["id"] for one in api.pages(notes) if one["author"]["id"] == me and marked(one["body"])]
    if own:
        api.call("PUT", "%s/%d" % (notes, max(own)), {"body": text})
    else:
        api.call("POST", notes, {"body": text})


def azure(text, marked):
    api = Api({"Authorization": "Bearer " + variable("SYSTEM_ACCESSTOKEN")})
    collection = variable("SYSTEM_COLLECTIONURI").rstrip("/")
    threads = "%s/%s/_apis/git/repositories/%s/pullRequests/%s/threads" % (
        collection, part("SYSTEM_TEAMPROJECTID"), part("BUILD_REPOSITORY_ID"), part("SYSTEM_PULLREQUEST_PULLREQUESTID"))
    version = "?api-version=7.1"
    me = api.call("GET", collection + "/_apis/connectionData" + version + "-preview")["authenticatedUser"]["id"]
    own = [(thread["id"], one["id"]) for thread in api.call("GET", threads + version)["value"] for one in thread["comments"]
           if one["author"]["id"] == me and marked(one.get("content")) and not one.get("isDeleted")]
    if own:
        api.call("PATCH", "%s/%d/comments/%d%s" % ((threads,) + own[-1] + (version,)), {"content": text})
    else:  # without a status: a plan is nothing that somebody has to resolve before the merge
        comment = {"parentCommentId": 0, "content": text, "commentType": "text"}
        api.call("POST", threads + version, {"comments": [comment]})


HOSTS = {"github": github, "gitlab": gitlab, "azure": azure}


def main(words):
    if len(words) != 3 or words[0] not in HOSTS or not re.fullmatch("[a-z0-9][a-z0-9-]{0,62}", words[1]):
        sys.exit(__doc__)
    host, project, file = words
    marker = "<!-- pairform:%s " % project
    with open(file, encoding="utf-8", errors="replace") as opened:
        text = opened.read()
    if not text.startswith(marker):
        # Files that cannot be read do not say whose they are: `<!-- pairform: -->`, or nothing at all. Without the marker
        # the next run would not find this comment again.
        text = re.sub(r"\A<!-- pairform: -->\n", "", text) or "### pairform\n\n**No plan:** see the log of the job.\n"
        text = marker + "-->\n" + text
    HOSTS[host](text, lambda body: (body or "").startswith(marker))


if __name__ == "__main__":
    main(sys.argv[1:])
