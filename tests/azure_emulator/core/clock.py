"""The emulator's own time. It runs `speed` times as fast as the real one (0: it stands still) and can be advanced."""

import time
from datetime import datetime, timedelta, timezone

EPOCH = datetime(2025, 6, 1, 8, 0, 0, tzinfo=timezone.utc)

# Seconds, as recorded (recordings/README.md names the files). "subnet", "vnet-delete" and "failover" are INFERENCE.
RECORDED = {
    "fabric": 68.0, "fabric-again": 70.0, "fabric-remove": 3.0,
    "container": 0.9, "policy": 0.9, "container-mapping": 77.0, "container-mapping-again": 0.9,
    "network-mapping": 2.5, "network-mapping-delete": 2.0,
    "enable-job": 680.0, "enable-recovery-point": 1500.0, "enable-disks": 1740.0, "enable": 2160.0,
    "disable": 193.0, "update": 3.0,
    "failover": 300.0, "commit": 20.0, "switch-job": 600.0, "reprotect": 2400.0,
    "test-failover": 180.0, "test-failover-cleanup": 60.0,
    "vnet": 10.0, "vnet-update": 4.0, "vnet-delete": 10.0, "subnet": 4.0,
}


class Clock:
    def __init__(self, speed=1.0):
        self.reset(speed)

    def reset(self, speed):
        self.speed = speed
        self._base = 0.0
        self._since = time.monotonic()
        self.durations = dict(RECORDED)

    @property
    def now(self):
        """Virtual seconds since the start."""
        return self._base + (time.monotonic() - self._since) * self.speed

    def advance(self, seconds):
        self._base += seconds

    def set_speed(self, speed):
        self._base, self._since, self.speed = self.now, time.monotonic(), speed

    def lasts(self, what):
        return self.durations[what]

    def fast(self):
        """Every operation is over when it is next looked at."""
        self.durations = {what: 0.0 for what in self.durations}

    def moment(self, at=None):
        return EPOCH + timedelta(seconds=self.now if at is None else at)

    def stamp(self, at=None):
        """Fractions of seven digits, as the service writes most times."""
        when = self.moment(at)
        return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond:06d}1Z"

    def whole(self, at=None, zeros=False):
        """Ends of jobs and status documents have whole seconds; the latter with seven zeros."""
        return self.moment(at).strftime("%Y-%m-%dT%H:%M:%S") + (".0000000Z" if zeros else "Z")

    def http_date(self, at=None, skew=0.0):
        when = self.moment(at) + timedelta(seconds=skew)
        return when.strftime("%a, %d %b %Y %H:%M:%S GMT")

    def american(self, at=None):
        """The date inside some x-ms-request-id: 7/5/2023 9:11:29 AM."""
        when = self.moment(at)
        hour = when.hour % 12 or 12
        return f"{when.month}/{when.day}/{when.year} {hour}:{when.minute:02d}:{when.second:02d} " + (
            "AM" if when.hour < 12 else "PM")
