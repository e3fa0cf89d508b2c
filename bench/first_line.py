#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long after its writing the first line of the next driver is here: logs -f beside a loop of kubectl.

The driver is restarted under both; the time is that between the line's own stamp and its arrival.
usage: first_line.py SPARK APPLICATION
"""
import datetime
import os
import signal
import statistics
import subprocess
import sys
import threading
import time

spark, application = sys.argv[1:]
pod = application + "-driver"
ROUNDS = 5


def stamp(line):
    """The time that a line begins with, in seconds; None for lines of ours."""
    text = line.split(b" ", 1)[0].decode("ascii", "replace").rstrip("Z")
    try:
        whole, _, fraction = text.partition(".")
        moment = datetime.datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=datetime.timezone.utc)
        return moment.timestamp() + float("0." + (fraction or "0"))
    except ValueError:
        return None


class Reader(threading.Thread):
    """Runs a command that prints stamped lines; notes the first line written after `since`."""

    def __init__(self, command):
        super().__init__(daemon=True)
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        shell=True, start_new_session=True)
        self.since = None
        self.delay = None
        self.start()

    def run(self):
        for line in self.process.stdout:
            now = time.time()
            written = stamp(line)
            if self.since and self.delay is None and written and b"Running Spark version" in line and written > self.since:
                self.delay = now - written


def restart(mark):
    """The operator takes the driver pod away and makes another one."""
    change = '{"spec": {"driver": {"annotations": {"bench/restart": "%s"}}}}' % mark
    subprocess.run(["kubectl", "patch", "sparkapplications.sparkoperator.k8s.io", application, "--type=merge", "-p", change],
                   check=True, stdout=subprocess.DEVNULL)


def main():
    readers = {
        "logs -f": Reader(f"exec {spark} logs {application} -f --timestamps --tail=1"),
        "kubectl loop": Reader(f"while :; do kubectl logs -f {pod} --timestamps --since=5s; sleep 1; done"),
    }
    delays = {name: [] for name in readers}
    time.sleep(3)
    for _ in range(ROUNDS):
        for reader in readers.values():
            reader.since, reader.delay = time.time(), None
        restart(str(time.time()))
        until = time.time() + 20
        while time.time() < until and any(reader.delay is None for reader in readers.values()):
            time.sleep(0.05)
        for name, reader in readers.items():
            if reader.delay is not None:
                delays[name].append(reader.delay)
        time.sleep(2)
    for name, reader in readers.items():
        os.killpg(reader.process.pid, signal.SIGKILL)
        found = delays[name]
        print(f"{name}\t" + (f"{statistics.median(found) * 1000:.0f}ms" if found else "never"), flush=True)


main()
