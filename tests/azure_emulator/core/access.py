"""Bearer tokens, and who may what: `deny` takes rights away, everything else is allowed."""

from core.message import Refusal, fold


def check_token(world, request):
    """Every ARM request needs a token that this emulator issued, for its own address, and that has not expired."""
    header = request.headers.get("authorization", "")
    challenge = [("WWW-Authenticate", 'Bearer authorization_uri="https://login.windows.net/emulator", '
                                      'error="invalid_token"')]
    if not header:
        raise Refusal(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.",
                      headers=challenge)
    scheme, _, value = header.partition(" ")
    token = world.tokens.get(value)
    if fold(scheme) != "bearer" or token is None:
        raise Refusal(401, "InvalidAuthenticationToken", "The access token is invalid.", headers=challenge)
    if token["expires"] <= world.clock.now:
        raise Refusal(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than now.",
                      headers=challenge)
    if not token["audience_fits"]:
        raise Refusal(401, "InvalidAuthenticationToken",
                      f"The access token has been obtained for wrong audience or resource '{token['audience']}'.",
                      headers=challenge)


class Denial:
    """`scope` and what is below it; `what`: read, write or all; `provider`: only paths that hold this type."""

    def __init__(self, scope, what="all", provider=None):
        self.scope = fold(scope).rstrip("/")
        self.what, self.provider = what, fold(provider) if provider else None

    def covers(self, path, writes):
        folded = fold(path)
        if self.what != "all" and (self.what == "write") != writes:
            return False
        if self.provider and f"/{self.provider}" not in folded:
            return False
        return folded == self.scope or folded.startswith(self.scope + "/")


def denied(world, path, writes=False):
    return any(denial.covers(path, writes) for denial in world.denials)


def action_of(request):
    """The action that ARM's messages name, such as Microsoft.Network/virtualNetworks/read."""
    parts = request.segments
    at = max((at for at, part in enumerate(parts) if fold(part) == "providers"), default=None)
    verb = {"GET": "read", "DELETE": "delete", "POST": "action"}.get(request.method, "write")
    if at is None:
        return f"Microsoft.Resources/subscriptions/{'resourceGroups/' if len(parts) > 2 else ''}{verb}"
    return "/".join([parts[at + 1]] + parts[at + 2::2] + [verb])


def check_rights(world, request):
    if denied(world, request.path, request.writes):
        raise Refusal(403, "AuthorizationFailed",
                      "The client 'emulator' with object id '0b9f1c1e-0000-4000-8000-000000000001' does not have "
                      f"authorization to perform action '{action_of(request)}' over scope '{request.path}' or the scope "
                      "is invalid. If access was recently granted, please refresh your credentials.")


def readable(world, things):
    """Lists of a subscription leave out in silence what may not be read."""
    return [thing for thing in things if not denied(world, thing.id)]
