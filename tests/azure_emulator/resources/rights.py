"""Permissions at a scope, as `doctor` reads them: those of `roles`, else everything; what is denied stands in notActions."""

from core.access import denied
from core.message import Answer, fold
from core.router import route

TAIL = "/providers/Microsoft.Authorization/permissions"
GROUP = "/subscriptions/{sub}/resourceGroups/{group}"


@route("GET", "/subscriptions/{sub}" + TAIL, GROUP + TAIL,
       GROUP + "/providers/{namespace}/{type}/{name}" + TAIL,
       GROUP + "/providers/{namespace}/{type}/{name}/{subtype}/{subname}" + TAIL)
def permissions(call):
    scope = call.request.path[:-len(TAIL)]
    away = []
    for denial in call.world.denials:
        if denial.covers(scope, writes=True) and not denial.covers(scope, writes=False):
            away += ["*/write", "*/delete", "*/action"]
    given = [roles for at, roles in call.world.roles.items() if f"{fold(scope)}/".startswith(f"{at}/")]
    if given:
        return Answer(200, {"value": [{"actions": role["actions"], "notActions": role.get("notActions", []),
                                       "dataActions": [], "notDataActions": []} for roles in given for role in roles]})
    actions = [] if denied(call.world, scope) else ["*"]
    return Answer(200, {"value": [{"actions": actions, "notActions": away, "dataActions": [], "notDataActions": []}]})
