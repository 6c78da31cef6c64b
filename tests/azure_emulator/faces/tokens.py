"""The token endpoint (client_credentials with a secret or an assertion), and GitHub's OIDC endpoint."""

import time

from core.message import Answer, fold
from core.router import route
from faces import jwt

# The object id of whoever is signed in, as the messages of core/access.py have it.
OBJECT = "0b9f1c1e-0000-4000-8000-000000000001"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GITHUB_TOKEN = "github-request-token"


def issue(world, audience, subject, fits=True):
    """A new access token of Azure. It does not grow old when the clock is advanced, unless `token-lifetime` is on."""
    wish = world.behaving("token-lifetime")
    seconds = int(wish.get("seconds", 60)) if wish else 3599
    expires = world.clock.now + seconds if wish else float("inf")
    now = int(world.clock.moment().timestamp())
    claims = {"aud": audience, "iss": "https://sts.windows.net/emulator/", "iat": now, "nbf": now, "exp": now + seconds,
              "sub": subject, "ver": "1.0", "appid": subject, "oid": OBJECT, "tid": "emulator"}
    token = jwt.made(claims, world.guid())
    world.tokens[token] = {"audience": audience, "audience_fits": fits, "expires": expires}
    return token, seconds


def standing_token(world):
    """One that never expires and outlives a reset, for clients that are given a token."""
    world.standing = jwt.made({"aud": "any", "sub": "standing"}, "standing")
    world.tokens[world.standing] = {"audience": "any", "audience_fits": True, "expires": float("inf")}
    return world.standing


def audience_fits(world, request, audience):
    """The public cloud's, or an address of this emulator: that of ARM, or the one at which the client reaches it."""
    host = audience.split("//", 1)[-1].strip("/")
    return host in ("management.azure.com", request.host) or host in world.hosts


def _refused(world, status, error, number, message):
    return Answer(status, {
        "error": error, "error_description": f"AADSTS{number}: {message} Trace ID: {world.guid()} "
        f"Correlation ID: {world.guid()} Timestamp: {world.clock.moment().strftime('%Y-%m-%d %H:%M:%SZ')}",
        "error_codes": [number], "timestamp": world.clock.moment().strftime("%Y-%m-%d %H:%M:%SZ"),
        "trace_id": world.guid(), "correlation_id": world.guid(),
        "error_uri": f"https://login.microsoftonline.com/error?code={number}"})


@route("POST", "/{tenant}/oauth2/v2.0/token")
def token(call):
    world, form = call.world, call.request.form()
    apps = [app for app in world.applications.values() if fold(app["tenant"]) == fold(call["tenant"])]
    if not apps:
        return _refused(world, 400, "invalid_request", 90002, f"Tenant '{call['tenant']}' not found.")
    app = next((app for app in apps if fold(app["client"]) == fold(form.get("client_id", ""))), None)
    if app is None:
        return _refused(world, 400, "unauthorized_client", 700016,
                        f"Application with identifier '{form.get('client_id')}' was not found in the directory.")
    if form.get("grant_type") != "client_credentials":
        return _refused(world, 400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
    if not form.get("scope", "").endswith("/.default"):
        return _refused(world, 400, "invalid_scope", 1002012, "The provided value for scope is not valid. Client "
                        "credential flows must have a scope value with /.default suffixed to the resource identifier.")
    refusal = _assertion(call, app, form) if "client_assertion" in form else _secret(world, app, form)
    if refusal is not None:
        return refusal
    audience = form["scope"].removesuffix("/.default")
    made, seconds = issue(world, audience, app["client"], audience_fits(world, call.request, audience))
    return Answer(200, {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": made})


def _secret(world, app, form):
    if "client_secret" not in form:
        return _refused(world, 401, "invalid_client", 7000218,
                        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
    if form["client_secret"] != app.get("secret"):
        return _refused(world, 401, "invalid_client", 7000215, "Invalid client secret provided. Ensure the secret being "
                        "sent in the request is the client secret value, not the client secret ID.")
    if app.get("secret_expired"):
        return _refused(world, 401, "invalid_client", 7000222, "The provided client secret keys are expired.")
    return None


def _assertion(call, app, form):
    """A federated token that this emulator minted, or a JWT signed with a certificate of the application."""
    world, assertion = call.world, form["client_assertion"]
    parsed = jwt.parsed(assertion)
    if form.get("client_assertion_type") != ASSERTION or parsed is None:
        return _refused(world, 401, "invalid_client", 50027, "JWT token is invalid or malformed.")
    head, claims = parsed
    minted = world.minted.get(assertion)
    if minted is not None:
        return _federated(world, app, minted)
    key = next((key for key in app.get("keys", []) if head.get("x5t#S256") == key["thumbprint"]), None)
    if key is None or head.get("alg") != "RS256" or not jwt.signature_holds(assertion, key):
        return _refused(world, 401, "invalid_client", 700027, "Client assertion failed signature validation.")
    now = world.clock.moment().timestamp()
    real = time.time()
    fresh = any(claims.get("nbf", claims.get("iat", 0)) - 300 <= at <= claims.get("exp", 0) for at in (now, real))
    if not fresh or claims.get("exp", 0) - claims.get("nbf", claims.get("iat", 0)) > 86400:
        return _refused(world, 401, "invalid_client", 700024, "Client assertion is not within its valid time range.")
    wanted = f"{call.request.base}/{call['tenant']}/oauth2/v2.0/token"
    if claims.get("aud") != wanted or fold(claims.get("iss", "")) != fold(app["client"]) or \
            claims.get("sub") != claims.get("iss") or not claims.get("jti"):
        return _refused(world, 401, "invalid_client", 50012, "Client assertion contains an invalid aud, iss, sub or jti.")
    return None


def _federated(world, app, minted):
    if minted["expires"] <= world.clock.now:
        return _refused(world, 401, "invalid_client", 700024, "Client assertion is not within its valid time range.")
    for trusted in app.get("federated", []):
        if trusted["issuer"] != minted["issuer"]:
            continue
        if trusted["subject"] != minted["subject"]:
            return _refused(world, 401, "invalid_client", 700213, "No matching federated identity record found for "
                            f"presented assertion subject '{minted['subject']}'.")
        if trusted.get("audience", "api://AzureADTokenExchange") == minted["audience"]:
            return None
    return _refused(world, 401, "invalid_client", 70021, "No matching federated identity record found for presented "
                    f"assertion. Assertion Issuer: '{minted['issuer']}'. Assertion Subject: '{minted['subject']}'. "
                    f"Assertion Audience: '{minted['audience']}'.")


def mint(world, issuer, subject, audience, seconds=None):
    """A token of another issuer: GitHub's, or that of a cluster's service account; good for `seconds`, or for ever."""
    now = int(world.clock.moment().timestamp())
    claims = {"iss": issuer, "sub": subject, "aud": audience, "iat": now, "exp": now + (seconds or 600)}
    made = jwt.made(claims, world.guid())
    world.minted[made] = {"issuer": issuer, "subject": subject, "audience": audience,
                          "expires": world.clock.now + seconds if seconds else float("inf")}
    return made


@route("GET", "/github/oidc")
def github(call):
    """ACTIONS_ID_TOKEN_REQUEST_URL; the client adds &audience= and sends ACTIONS_ID_TOKEN_REQUEST_TOKEN."""
    if call.request.headers.get("authorization", "").split(" ")[-1] != GITHUB_TOKEN:
        return Answer(401, {"message": "the request token is wrong"})
    subject = call.request.query.get("subject", "repo:contoso/dr:ref:refs/heads/main")
    audience = call.request.query.get("audience", "https://github.com/contoso")
    made = mint(call.world, "https://token.actions.githubusercontent.com", subject, audience)
    return Answer(200, {"count": len(made), "value": made})
