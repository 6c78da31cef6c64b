"""Jobs, the status documents of operations, and beginning a write of Site Recovery."""

from core import links
from core.listing import listing
from core.message import Answer, Refusal, fold
from core.operation import Operation
from core.router import route
from site_recovery.paths import VAULT, base_of, vault_of
from site_recovery.scenarios import SCENARIOS, times_of

NEVER = "0001-01-01T00:00:00"


class Job:
    """One job of a vault. `scenario` is a key of SCENARIOS; `target` is (id, name)."""

    def __init__(self, world, vault, scenario, target, affected, guid, seconds, extra=None):
        self.world, self.vault, self.scenario = world, vault, SCENARIOS[scenario]
        self.target, self.affected, self.guid = target, affected, guid
        self.began, self.seconds, self.ended = world.clock.now, seconds, None
        self.activity = f"{world.guid()} ActivityId: {world.guid()}"
        self.state, self.errors, self.extra = "InProgress", [], extra or {}
        self.extra_at_end = {}
        vault.used = True
        world.jobs[guid] = self

    def finish(self, world, operation):
        self.ended = operation.due
        self.extra |= self.extra_at_end
        self.state = {"Canceled": "Cancelled"}.get(operation.status, operation.status)
        if operation.error is not None:
            told = operation.error.told
            self.errors = [told_error(world, each) for each in told] if told else [error_of(world, operation.error)]

    @property
    def not_started(self):
        """For the first instant a job knows nothing yet (job-notstarted.json)."""
        return self.ended is None and self.world.clock.now - self.began < min(0.5, self.seconds / 4)

    def render(self, listed=False):
        clock, state = self.world.clock, "NotStarted" if self.not_started else self.state
        early = state == "NotStarted"
        described = {"Succeeded": "Completed"}.get(state, state)
        details = {"instanceType": self.scenario.details} | self.extra | \
            {"affectedObjectDetails": {} if early else self.affected}
        if "newReplicationProtectedItemId" in self.extra:
            details = {"newReplicationProtectedItemId": details.pop("newReplicationProtectedItemId")} | details
        properties = {"activityId": None if listed else self.activity,
                      "scenarioName": None if early else self.scenario.name,
                      "friendlyName": None if early else self.scenario.friendly,
                      "state": state, "stateDescription": described,
                      "tasks": [] if listed or early else self._tasks(), "errors": [] if listed else self.errors}
        if not early:
            properties["startTime"] = clock.stamp(self.began)
        if self.ended is not None:
            properties["endTime"] = clock.whole(self.ended)
        can = ["Cancel"] if state == "InProgress" and self.scenario.cancellable else []
        properties |= {"allowedActions": can, "targetObjectId": None if early else self.target[0],
                       "targetObjectName": None if early else self.target[1],
                       "targetInstanceType": self.scenario.target, "customDetails": None if listed else details}
        return {"id": f"{base_of(self.vault)}/replicationJobs/{self.guid}", "name": self.guid,
                "type": "Microsoft.RecoveryServices/vaults/replicationJobs", "properties": properties}

    def _tasks(self):
        """Tasks share the time of their job evenly; the last that began is the one that runs."""
        rows = []
        for task, begin, end in times_of(self.scenario, self.began, self.seconds):
            state = "NotStarted" if self.world.clock.now < begin else "InProgress"
            if self.ended is not None or self.world.clock.now >= end:
                state = "Succeeded"
            failed = self.ended is not None and self.state != "Succeeded" and task is self.scenario.tasks[-1]
            if failed:
                state = self.state
            if task.group and state == "Succeeded":
                state = "Other"
            stamp = self.world.clock.stamp
            rows.append({
                "taskId": task.id, "name": task.name,
                "startTime": NEVER if state in ("NotStarted", "Other") else stamp(begin),
                "endTime": stamp(end) if state in ("Succeeded", "Failed") else NEVER, "allowedActions": [],
                "friendlyName": task.friendly, "state": state,
                "stateDescription": {"Succeeded": "Completed", "Other": "Skipped"}.get(state, state),
                "taskType": "GroupTaskDetails" if task.group else "TaskDetails",
                "customDetails": None if task.group else {"instanceType": "TaskDetails"},
                "groupTaskCustomDetails": {"instanceType": "GroupTaskDetails", "childTasks": []} if task.group else None,
                "errors": self.errors if failed else []})
        return rows


def error_of(world, refusal):
    """An error of a job; the description is Azure's, no failed job was recorded."""
    return {"serviceErrorDetails": {"code": refusal.inner, "message": refusal.message,
                                    "possibleCauses": "The request cannot be carried out in this state.",
                                    "recommendedAction": "Correct what the message names, and try again.",
                                    "activityId": world.guid()},
            "providerErrorDetails": None, "errorLevel": "Error", "creationTime": world.clock.stamp(), "taskId": ""}


def told_error(world, wish):
    """One error as a test tells it: code, message, causes, action; `provider` the same of the provider."""
    provider = wish.get("provider")
    error = error_of(world, Refusal(400, wish.get("code"), wish.get("message")))
    error["serviceErrorDetails"] |= {"possibleCauses": wish.get("causes"), "recommendedAction": wish.get("action")}
    if provider is not None:
        error["providerErrorDetails"] = {"errorCode": provider.get("code", 0), "errorMessage": provider.get("message"),
                                         "errorId": str(provider.get("code", 0)),
                                         "possibleCauses": provider.get("causes"),
                                         "recommendedAction": provider.get("action")}
    return error


def begin(call, vault, scenario, target, affected, seconds, effect, path, job_in_request_id=False, deletes=False,
          extra=None):
    """Accepts a write: an operation with links, a job of the same GUID, and 202."""
    world = call.world
    operation = Operation(world, world.clock.now + seconds, effect, path, deletes=deletes)
    operation.job = Job(world, vault, scenario, target, affected, operation.guid, seconds, extra)
    return links.accepted(call, operation, job_in_request_id)


def own_job(world, vault, scenario, target, affected, activity=None):
    """A job that the service begins by itself, already over: the end of seeding (job-seeding-finished.json)."""
    job = Job(world, vault, scenario, target, affected, world.guid(), 5.0)
    job.state, job.ended = "Succeeded", world.clock.now
    if activity is not None:
        job.activity = activity
    return job


@route("GET", VAULT + "/replicationJobs/{job}")
def read_job(call):
    job = _job_of(call)
    answer = Answer(200, job.render())
    answer.set_header("x-ms-request-id", answer.body["id"])
    return answer


def _job_of(call):
    vault = vault_of(call)
    job = call.world.jobs.get(fold(call["job"]))
    forgotten = call.world.behaving("jobs-forgotten", call.request.path) is not None
    if job is None or job.vault is not vault or forgotten:
        raise Refusal(404, "NotFound", f"The job '{call['job']}' could not be found.")
    return job


@route("GET", VAULT + "/replicationJobs")
def list_jobs(call):
    vault = vault_of(call)
    jobs = [job for job in call.world.jobs.values() if job.vault is vault]
    return listing(call, [job.render(listed=True) for job in reversed(jobs)])


@route("POST", VAULT + "/replicationJobs/{job}/cancel")
def cancel_job(call):
    """INFERENCE: a cancelled job changes nothing; its operation says Canceled."""
    job = _job_of(call)
    operation = call.world.operations.get(job.guid)
    if operation is None or operation.over:
        raise Refusal(409, "JobNotCancellable", "The job is over.")
    operation.canceled, operation.over, operation.due = True, True, call.world.clock.now
    job.finish(call.world, operation)
    return links.accepted(call, operation, True)


@route("GET", VAULT + "/replicationOperationStatus/{operation}")
def read_status(call):
    """As recorded: everything null but name, status and times; endTime in whole seconds, so maybe before startTime."""
    vault = vault_of(call)
    operation = links.followed(call, call["operation"])
    clock = call.world.clock
    body = {"error": None, "id": None, "name": operation.guid, "properties": None, "status": operation.status,
            "startTime": clock.stamp(operation.began),
            "endTime": clock.whole(operation.due, zeros=True) if operation.over else None, "percentComplete": None}
    if operation.error is not None:
        body["error"] = {"code": operation.error.inner, "message": operation.error.message}
    answer = Answer(200, body)
    answer.set_header("x-ms-request-id", f"{base_of(vault)}/replicationJobs/{operation.guid}")
    return answer
