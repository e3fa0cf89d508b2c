# SPDX-License-Identifier: Apache-2.0
"""What apache's operator calls things: its states, the sentences that go with them, the names of what it makes.
All are taken from recordings of the real one (release 1.0.0)."""
import calendar
import hashlib
import time

RESOURCE = "/apis/spark.apache.org/v1"
FINALIZER = "sparkapplications.spark.apache.org/finalizer"
NAME = "spark.operator/spark-app-name"

RUNNING = {"DriverRequested", "DriverStarted", "DriverReady", "RunningHealthy", "RunningWithPartialCapacity",
           "RunningWithBelowThresholdExecutors"}
INFRASTRUCTURE = {"DriverStartTimedOut", "ExecutorsStartTimedOut", "SchedulingFailure"}
ENDED = {"ResourceReleased", "TerminatedWithoutReleaseResources"}

MESSAGES = {
    "Submitted": "Spark application has been created on Kubernetes Cluster.",
    "DriverRequested": "Requested driver from resource scheduler.",
    "DriverStarted": "Driver has started running.",
    "DriverReady": "Driver has reached ready state.",
    "RunningHealthy": "Application is running healthy.",
    "RunningWithPartialCapacity": "Application is running with executor count between minimum and maximum capacity, "
                                  "exclusive.",
    "RunningWithBelowThresholdExecutors": "The Spark application is running with less than minimal number of "
                                          "requested executors.",
    "DriverStartTimedOut": "The driver has not responded to the initial health check request within the allotted start-up "
                           "time. This can be configured by setting .spec.applicationTolerations.applicationTimeoutConfig.",
    "ExecutorsStartTimedOut": "The Spark application failed to get enough executors in the given time threshold.",
    "Succeeded": "Spark application completed successfully.",
    "Failed": "Driver has one or more failed critical container(s), refer last observed status for details.",
}
REMOVED = ("Driver removed. This could caused by 'exit' called in driver process with non-zero code, involuntary disruptions "
           "or unintentional destroy behavior, check Kubernetes events for more details.")
CLIENT_MODE = "Client mode is not supported yet."
SHUTDOWN = "Spark application has been shutdown as requested."
RETAINED = "Application is terminated without releasing resources as configured."
RESTARTED = "Application is configured to restart, resources created in current attempt would be force released."
RETAINED_LONG_ENOUGH = "Spark application resources released after exceeding the configured retain duration."


def exceeded(most):
    return f"The maximum number of restart attempts ({most}) has been exceeded."


def not_scheduled(reason):
    """Of SchedulingFailure: the sentence of the API server in a Java exception. Others have not been recorded."""
    begin = "Failed to request driver from scheduler backend. StackTrace: "
    if isinstance(reason, KeyError):
        return f"{begin}the spec lacks {reason}"
    return (f"{begin}io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: "
            f"{reason.url}. Message: {reason}. Received status: Status(apiVersion=v1, code={reason.status}, "
            f"kind=Status, reason={reason.answer.get('reason')}, status=Failure).\n\tat io.fabric8.kubernetes.client."
            "KubernetesClientException.copyAsCause(KubernetesClientException.java:205)")


def application_id(name, attempt):
    """<name>-<attempt>, and beyond 46 characters nine of them and a hash."""
    whole = f"{name}-{attempt}"
    if len(whole) <= 46:
        return whole
    digits, number = "0123456789abcdefghijklmnopqrstuvwxyz", int(hashlib.sha256(whole.encode()).hexdigest(), 16)
    return f"{whole[:9]}-" + "".join(digits[number // 36**i % 36] for i in range(36))


def now():
    nanoseconds = time.time_ns()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(nanoseconds // 10**9)) + f".{nanoseconds % 10**9:09d}Z"


def since(moment):
    """Seconds from a time as Kubernetes writes it until now."""
    seconds, _, digits = moment.rstrip("Z").partition(".")
    return time.time() - calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S")) - float(f"0.{digits or 0}")
