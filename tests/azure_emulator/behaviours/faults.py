"""Behaviours that answer instead of the service: storms, outages, lost requests, 401."""

from core.message import PAGE, Answer, Refusal, fold


def before(world, request):
    """An answer that stands for the service's own, or None. Tokens and metadata fail only where `match` names them."""
    path, method = request.path, request.method
    arm = fold(request.segments[0]) == "subscriptions"
    if world.behaving("lose-request", path, method, named=not arm) is not None:
        return _lost()
    failing = world.behaving("fail", path, method, named=not arm)
    if failing is not None:
        return _failed(world, failing)
    throttled = world.behaving("throttle", path, method, named=not arm)
    if throttled is not None:
        return _too_many(world, throttled.get("retry_after"), throttled.get("code", "TooManyRequests"))
    if not arm:
        return None
    page = world.behaving("proxy-page", path, method)
    if page is not None:
        return Answer(int(page.get("status", 200)), PAGE, [("Content-Type", "text/html")])
    if world.behaving("unauthorized", path, method) is not None:
        return Refusal(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than now.",
                       headers=[("WWW-Authenticate", 'Bearer error="invalid_token"')]).answer()
    if world.behaving("claims", path, method) is not None:
        return Refusal(401, "InvalidAuthenticationToken", "Continuous access evaluation resulted in challenge.", headers=[
            ("WWW-Authenticate", 'Bearer error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="')]).answer()
    redirected = world.behaving("redirect", path, method)
    if redirected is not None:
        return Answer(307, None, [("Location", f"https://{redirected.get('host', 'evil.example')}{request.target}")])
    return _remaining(world, request)


def _lost():
    answer = Answer(0, None)
    answer.transport = "closed"
    return answer


def _failed(world, wish):
    status = int(wish.get("status", 503))
    words = {500: ("InternalServerError", "Encountered internal server error."),
             502: ("BadGateway", "The server returned an invalid response."),
             503: ("ServiceUnavailable", "The service is unavailable now, please retry later."),
             504: ("GatewayTimeout", "The gateway did not receive a response within the specified time period.")}
    code, message = words.get(status, ("Failed", "failed by wish of the test"))
    answer = Refusal(status, wish.get("code", code), wish.get("message", message)).answer()
    if wish.get("retry_after") is not None:
        answer.set_header("Retry-After", wish["retry_after"])
    return answer


def _too_many(world, retry_after, code):
    answer = Refusal(429, code, "The request is being throttled.").answer()
    if retry_after == "date":
        retry_after = world.clock.http_date(world.clock.now + 10)
    answer.set_header("Retry-After", retry_after)
    return answer


def _remaining(world, request):
    """Counters that fall with every request of their class, and a 429 when they are used up."""
    wish = world.behaving("remaining", request.path, request.method)
    if wish is None:
        return None
    kind = {"DELETE": "deletes"}.get(request.method, "writes" if request.writes else "reads")
    size, step, now = float(wish.get("from", 30)), float(wish.get("step", 1)), world.clock.now
    left, since = world.counters.get(kind, (size, now))
    left = min(size, left + (now - since) * float(wish.get("per_second", 0)))
    enough = left >= step
    world.counters[kind] = (left - step if enough else left, now)
    return None if enough else _too_many(world, wish.get("retry_after", 5), "SubscriptionRequestsThrottled")
