"""Answers to long-running writes, and the paths by which they are followed (4.3)."""

import hashlib

from core.message import Answer, Refusal, fold


def accepted(call, operation, job_in_request_id=False):
    """202 with both links and no body, as every recorded write of Site Recovery was answered."""
    links = {"location": _signed(call, operation, results_path(operation)),
             "azure-asyncoperation": _signed(call, operation, status_path(operation))}
    return shaped(call, operation, Answer(202, None, _request_ids(call, operation, job_in_request_id)), links,
                  retry_after=30)


def shaped(call, operation, answer, links, retry_after=None):
    """Puts links and Retry-After onto an answer, in the shape that the behaviours ask for (9.3, 4)."""
    world, path = call.world, call.request.path
    wish = world.behaving("lro", path, call.request.method)
    shape = wish.get("answer") if wish else None
    if shape in ("200", "201"):
        operation.due = world.clock.now
        world.settle()
        body = call.render(operation.target)
        answer = Answer(int(shape) if body is not None else 204, body, answer.headers)
        if shape == "200":
            links = {name: link for name, link in links.items() if name == "azure-asyncoperation"}
    elif shape == "bare":
        answer.body, links, retry_after = None, {}, None
        answer.set_header("x-ms-request-id", None)
    elif shape in ("location", "azure-asyncoperation"):
        links = {shape: links.get(shape) or _signed(call, operation, results_path(operation))}
    elif shape == "both":
        links.setdefault("location", _signed(call, operation, results_path(operation)))
    foreign = world.behaving("lro-foreign", path)
    for name, link in links.items():
        if foreign:
            link = f"https://{foreign.get('host', 'evil.example')}/" + link.split("/", 3)[3]
        answer.headers.append(({"location": "Location", "azure-asyncoperation": "Azure-AsyncOperation"}[name], link))
    say_retry_after(call, answer, retry_after)
    return answer


def say_retry_after(call, answer, seconds):
    wish = call.world.behaving("retry-after", call.request.path)
    if wish is not None:
        seconds = wish.get("value")
    if seconds == "date":
        seconds = call.world.clock.http_date(call.world.clock.now + float(wish.get("seconds", 10)))
    answer.set_header("Retry-After", seconds)


def vault_part(path):
    """The part of an id that names its vault, with the capital that Site Recovery writes."""
    parts = path.split("/")
    return "/Subscriptions/" + "/".join(parts[2:9])


def status_path(operation):
    if operation.family == "network":
        return f"/subscriptions/{operation.target.split('/')[2]}/providers/Microsoft.Network/locations/" \
               f"{operation.region}/operations/{operation.guid}"
    return f"{vault_part(operation.target)}/replicationOperationStatus/{operation.guid}"


def results_path(operation):
    if operation.family == "network":
        return status_path(operation).replace("/operations/", "/operationResults/")
    return f"{operation.target}/operationresults/{operation.guid}"


def _request_ids(call, operation, job_in_request_id):
    if operation.family == "network":
        return []
    if not job_in_request_id:
        return [("x-ms-request-id", call.client_request_id())]
    job = f"{vault_part(operation.target)}/replicationJobs/{operation.guid}"
    return [("x-ms-request-id", job), ("x-ms-request-id", job)]


def _signature(operation, path):
    return hashlib.sha256(f"{operation.guid} {fold(path)}".encode()).hexdigest()


def _signed(call, operation, path):
    link = f"{call.request.base}{path}?api-version={call.request.api_version}"
    wish = call.world.behaving("signed-links", path)
    if wish is None:
        return link
    operation.signed = True
    signature = _signature(operation, path)
    filler = max(0, int(wish.get("length", 3400)) - len(link) - len(signature) - 60)
    when = call.world.clock.moment().strftime("%Y-%m-%dT%H%%3a%M%%3a%S")
    return f"{link}&t={when}&c=MII{'A' * filler}&s={signature[:32]}&h={signature}"


def followed(call, guid):
    """The operation that a poll asks for; unsigned polls of signed links and polls of forgotten ones are refused."""
    world, request = call.world, call.request
    operation = world.operations.get(fold(guid))
    missing = Refusal(404, "NotFound", f"The operation {guid} was not found.")
    if operation is None or world.behaving("jobs-forgotten", request.path) is not None:
        raise missing
    if getattr(operation, "signed", False):
        if request.query.get("h") != _signature(operation, request.path):
            raise Refusal(403, "AuthorizationFailed", "The signature of the operation's link is missing or wrong.")
    operation.polls += 1
    late = world.behaving("polls-404", request.path)
    if late is not None and operation.polls <= int(late.get("count", 2)):
        raise missing
    return operation


def results(call, guid):
    """`Location`: 202 while it runs, then the resource, or 204 after a deletion."""
    operation = followed(call, guid)
    again = Answer(202, None)
    if not operation.over:
        links = {"location": call.request.base + call.request.target,
                 "azure-asyncoperation": _signed(call, operation, status_path(operation))}
        for name, link in links.items():
            again.headers.append((name, link))
        say_retry_after(call, again, 30)
        return again
    if operation.error is not None:
        return operation.error.answer()
    body = None if operation.deletes else call.render(operation.target)
    answer = Answer(204 if body is None else 200, body)
    if operation.family != "network":
        job = f"{vault_part(operation.target)}/replicationJobs/{operation.guid}"
        answer.headers += [("Azure-AsyncOperation", _signed(call, operation, status_path(operation))),
                           ("x-ms-request-id", job), ("x-ms-request-id", job)]
    return answer
