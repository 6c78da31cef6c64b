"""The metadata service of a virtual machine, and the identity endpoint of App Service and Container Apps."""

from core.message import Answer
from core.router import route
from faces.tokens import audience_fits, issue

IDENTITY_HEADER = "identity-header"


def _error(status, error, description):
    return Answer(status, {"error": error, "error_description": description})


def _identity(world, client):
    """The identity that a client id selects; without any registered, every one is there."""
    known = [app for app in world.applications.values() if app.get("managed")]
    return not known or (client or "") in [app["client"] if app["managed"] != "system" else "" for app in known]


def _token(call, expiry_is_text):
    world, query = call.world, call.request.query
    if not query.get("resource"):
        return _error(400, "invalid_request", "Required audience parameter missing")
    if not _identity(world, query.get("client_id")):
        return _error(400, "invalid_request", "Identity not found")
    audience = query["resource"]
    made, seconds = issue(world, audience, query.get("client_id", "system"), audience_fits(world, call.request, audience))
    expires = int(world.clock.moment().timestamp()) + seconds
    body = {"access_token": made, "client_id": query.get("client_id", ""), "expires_on": str(expires),
            "resource": audience, "token_type": "Bearer"}
    if expiry_is_text:
        body |= {"refresh_token": "", "expires_in": str(seconds), "ext_expires_in": str(seconds),
                 "not_before": str(expires - seconds)}
    return Answer(200, body)


@route("GET", "/metadata/identity/oauth2/token")
def metadata(call):
    waiting = call.world.behaving("metadata-not-ready", call.request.path)
    if waiting is not None:
        status = int(waiting.get("status", 410))
        return _error(status, "not_ready", "the identity endpoint is not ready")
    if call.request.headers.get("metadata", "").lower() != "true":
        return _error(400, "invalid_request", "Required metadata header not specified")
    if "x-forwarded-for" in call.request.headers:
        return _error(400, "invalid_request", "Requests through a proxy are refused")
    if call.request.api_version != "2018-02-01":
        return _error(400, "invalid_request", "Bad api-version; supported: 2018-02-01")
    return _token(call, expiry_is_text=True)


@route("GET", "/msi/token")
def app_service(call):
    if call.request.headers.get("x-identity-header") != IDENTITY_HEADER:
        return Answer(401, {"statusCode": 401, "message": "Unauthorized"})
    if call.request.api_version != "2019-08-01":
        return Answer(400, {"statusCode": 400, "message": "Bad api-version"})
    return _token(call, expiry_is_text=False)
