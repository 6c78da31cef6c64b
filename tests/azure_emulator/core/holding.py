"""The behaviour `hold`: the world stops for clients at one request, so that a test can kill a client just there."""

from core.dispatch import handle, logged
from core.message import Answer


def held(world, request):
    """Holds a request until `calm` or `reset`; then its connection is closed without an answer. `when` is `after`: the
    first one is carried out before. Those that come later are not, so that nothing follows the moment of the kill."""
    with world.lock:
        wish = world.behaving("hold", request.path, request.method, named=True)
        if wish is None:
            return False
        if wish.get("when") == "after" and not world.held:
            handle(world, request)
        else:
            world.log.append(logged(world, request, Answer(0)) | {"transport": "held"})
        world.held += 1
        let_go = world.let_go
    let_go.wait()
    return True
