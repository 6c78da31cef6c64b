"""Which handler answers which method and path. Literals are compared without case, as ARM does."""

from core.message import Refusal, fold

_routes = {}


def route(method, *templates):
    """Registers a handler for path templates such as /subscriptions/{sub}/resourceGroups/{group}."""

    def register(handler):
        for template in templates:
            parts = template.split("/")[1:]
            shape = tuple(None if part.startswith("{") else fold(part) for part in parts)
            names = [part.strip("{}") if part.startswith("{") else None for part in parts]
            _routes.setdefault(len(parts), []).append((method, shape, names, handler))
        return handler

    return register


def find(request):
    """The handler and its arguments. A path that is known with another method is 405."""
    folded = [fold(part) for part in request.segments]
    other_method = False
    best = None
    for method, shape, names, handler in _routes.get(len(folded), ()):
        if any(want is not None and want != have for want, have in zip(shape, folded)):
            continue
        if any(want is None and have == "" for want, have in zip(shape, folded)):
            continue
        if method != request.method:
            other_method = True
            continue
        literals = sum(part is not None for part in shape)
        if best is None or literals > best[0]:
            best = (literals, handler, names)
    if best is not None:
        arguments = {name: part for name, part in zip(best[2], request.segments) if name}
        return best[1], arguments
    if other_method:
        raise Refusal(405, "MethodNotAllowed", f"The method {request.method} is not allowed for this resource.")
    raise Refusal(404, "InvalidResourceType" if "providers" in folded else "NotFound",
                  f"The resource type could not be found: {request.path}")


def every_route():
    for routes in _routes.values():
        for method, shape, names, handler in routes:
            yield method, shape, handler
