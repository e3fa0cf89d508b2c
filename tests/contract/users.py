# SPDX-License-Identifier: Apache-2.0
"""What each user may do."""
import json

import normal
from scenes import APPLY, GROUP, MERGE, ROOT, application


def users(s):
    """In the namespace `default`, since that is where the roles are bound."""
    applications = f"{ROOT}/namespaces/default/sparkapplications"
    s.keep("a token that is none", "GET", applications, token="wrong")
    s.keep("nobody at all", "GET", applications, token="")
    s.keep("nobody at all: the version", "GET", "/version", token="")
    s.keep("nobody at all: writes", "POST", applications, None, application("one"), token="")
    for user in ("editor", "viewer", "nobody"):
        def keep(name, method, path, query=None, body=None, headers=None):
            answer = s.call(method, path, query, body, headers, user=user)
            kept = normal.answer(answer)
            if answer.status < 300:  # what others have left there does not matter
                kept["body"] = "..."
            s.note(f"{user}: {name}", kept)
        keep("list", "GET", applications)
        keep("get", "GET", f"{applications}/not-there")
        keep("watch", "GET", applications, {"watch": "true", "timeoutSeconds": 1})
        keep("list everywhere", "GET", f"{ROOT}/sparkapplications")
        keep("list elsewhere", "GET", f"{ROOT}/namespaces/batch/sparkapplications")
        keep("create", "POST", applications, {"dryRun": "All"}, application("one"))
        keep("apply", "PATCH", f"{applications}/not-there", {"fieldManager": "a", "dryRun": "All"},
             json.dumps(application("not-there")), {"Content-Type": APPLY})
        keep("delete", "DELETE", f"{applications}/not-there")
        keep("delete all", "DELETE", applications, {"dryRun": "All"})
        keep("patch the status", "PATCH", f"{applications}/not-there/status", None, "{}", {"Content-Type": MERGE})
        keep("list pods", "GET", "/api/v1/namespaces/default/pods")
        keep("read a log", "GET", "/api/v1/namespaces/default/pods/not-there/log")
        keep("delete a pod", "DELETE", "/api/v1/namespaces/default/pods/not-there")
        keep("list events", "GET", "/api/v1/namespaces/default/events")
        keep("read secrets", "GET", "/api/v1/namespaces/default/secrets/not-there")
        keep("reach a driver's UI", "GET", "/api/v1/namespaces/default/pods/http:not-there:4040/proxy/metrics/json/")
        keep("discovery", "GET", "/apis")
        keep("readiness", "GET", "/readyz")
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                  "spec": {"resourceAttributes": {"verb": "create", "group": GROUP, "resource": "sparkapplications",
                                                  "namespace": "default"}}}
        answer = s.call("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", None, review, user=user)
        s.note(f"{user}: may create", [answer.status, answer.json().get("status", {}).get("allowed")])
