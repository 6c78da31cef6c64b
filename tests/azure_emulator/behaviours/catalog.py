"""The hostile behaviours by name. A name that is not here is refused, so that a slip in a test is no silent pass."""

import re

from core.message import Refusal

READS = ("GET", "HEAD")

# Name: (number of the list in README.md, what it does; parameters beside match, methods, skip and count).
NAMES = {
    "casing": (1, "ids in another case in every answer; `how`: upper, lower, swap"),
    "display-regions": (1, "locations of resources as display names"),
    "pages": (2, "lists in pages of `size` rows"),
    "empty-pages": (2, "an empty page with a link before every page"),
    "row-in-two-pages": (2, "the first row of each page stands on the page before, too"),
    "row-moves": (2, "from the second page on, the last row has moved to the front, which was read already"),
    "next-link-loops": (3, "the link of a list leads to the page itself"),
    "next-link-foreign": (3, "the link of a list leads to `host`"),
    "lro": (4, "`answer`: location, azure-asyncoperation, both, 200, 201, bare"),
    "lro-foreign": (3, "links of operations lead to `host`"),
    "retry-after": (4, "`value`: seconds, `date`, or null for none"),
    "operation-ends": (4, "operations end as `status` Failed or Canceled, with `code` and `message`; `errors`: those of the "
                           "job, each with code, message, causes, action"),
    "polls-404": (4, "the first `count` polls of an operation answer 404"),
    "signed-links": (5, "links of operations are signed and `length` bytes long, and refused without signature"),
    "jobs-forgotten": (6, "jobs and operations answer 404"),
    "throttle": (7, "429 with `retry_after` seconds, `date`, or null"),
    "remaining": (7, "x-ms-ratelimit-remaining-* begin at `from`, fall by `step`, grow by `per_second`; 429 at 0"),
    "lose-answer": (8, "the request is carried out, then the connection is closed without an answer"),
    "lose-request": (9, "the connection is closed, nothing is carried out"),
    "fail": (9, "`status` 500, 502, 503 or 504, nothing is carried out"),
    "eventual-lists": (10, "lists show what was `seconds` ago"),
    "eventual-singles": (10, "single reads show what was `seconds` ago, 404 for what is newer"),
    "nothing-changed": (11, "operations succeed and change nothing"),
    "error-shape": (13, "`shape`: number, details-null, text, pascal, html, empty"),
    "proxy-page": (13, "a proxy answers with a page of HTML and `status`, 200 unless it is given; nothing is carried out"),
    "absent-as": (14, "single reads of what is absent in the vault: `face` 400 or 404"),
    "vault": (14, "reads of the vault answer `status` 404 or 403"),
    "token-lifetime": (15, "tokens live for `seconds`"),
    "unauthorized": (15, "401 ExpiredAuthenticationToken"),
    "claims": (15, "401 with WWW-Authenticate claims"),
    "clock-skew": (15, "the service's Date is `seconds` ahead; `here`: of this machine's time, not of the virtual one"),
    "metadata-not-ready": (15, "the metadata service answers `status` 404, 410 or 429"),
    "huge-body": (16, "answers are filled up to `bytes`"),
    "truncated": (16, "the connection ends in the middle of the body"),
    "wrong-length": (16, "Content-Length is `by` too large"),
    "invalid-utf8": (16, "a byte of the body is no UTF-8"),
    "nested": (16, "a member nested `depth` deep"),
    "gzip": (16, "bodies are compressed where the client accepts that, as ARM does"),
    "redirect": (16, "307 to `host`"),
    "hold": (6, "every request waits until `calm`, is not carried out, and gets no answer; `when`: after, the first one is "
                "carried out; needs `match`; /_control/held counts them"),
    "slow": (16, "answers wait `seconds` of real time"),
    "others-write": (18, "after each read of a virtual network or subnet that matches, somebody adds a subnet to it, of `prefix`"),
    "vnet-updating": (18, "virtual networks stay in Updating for `seconds` after another's write, and refuse others"),
    "failover-fails": (22, "failovers end in UnplannedFailoverFailed"),
    "unknown-members": (21, "unknown members at every level of every answer"),
    "new-members": (21, "members of newer versions; `names`, or all of NEW in answers.py"),
    "since": (21, "`member`, wherever it stands, is shown from api-version `version` on"),
    "member": (23, "the member at `path` of an item is `do`: remove, null, mistype, or set to `value`"),
    "refuse": (19, "`status`, `code`, `message` for what matches"),
}


# Asked several times in one request, or counting something else.
UNCOUNTED = ("polls-404", "signed-links", "eventual-lists", "eventual-singles", "retry-after", "remaining")


class Behaviour:
    """A behaviour that is on. `match` is a pattern of the path, `methods` are methods, "read" or "write"; the first
    `skip` matches pass, and after `count` more it is over."""

    def __init__(self, name, parameters):
        if name not in NAMES:
            raise Refusal(400, "UnknownBehaviour", f"there is no behaviour {name}; there are: {' '.join(sorted(NAMES))}")
        self.name = name
        self.parameters = parameters
        self.pattern = re.compile(parameters.get("match", ""), re.IGNORECASE)
        self.methods = parameters.get("methods")
        self.skip = parameters.get("skip", 0)
        self.left = parameters.get("count")

    def applies(self, target, method):
        if self.left == 0 or not self.pattern.search(target or ""):
            return False
        if self.methods and method is not None and method not in self.methods:
            if ("read" if method in READS else "write") not in self.methods:
                return False
        if self.skip:
            self.skip -= 1
            return False
        if self.left is not None and self.name not in UNCOUNTED:
            self.left -= 1
        return True
