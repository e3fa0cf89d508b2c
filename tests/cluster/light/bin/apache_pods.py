# SPDX-License-Identifier: Apache-2.0
"""What apache's operator makes for one attempt: the driver pod with its service and its configuration; and what the
driver makes itself, its executors. Names, labels and owners are the recorded ones."""
import uuid

import play
from apache_words import NAME, application_id

PORTS = {"driver-rpc-port": 7078, "blockmanager": 7079, "spark-ui": 4040, "spark-connect": 15002}


def core(obj):
    return f"/api/v1/namespaces/{obj['metadata']['namespace']}"


def configuration(obj):
    """A name that sparkConf gives the application is replaced by the object's."""
    conf = {**obj["spec"].get("sparkConf", {})}
    if "spark.app.name" in conf:
        conf["spark.app.name"] = obj["metadata"]["name"]
    return conf


def labels(obj, identity):
    return {"spark-app-selector": identity, NAME: obj["metadata"]["name"],
            "spark.operator/name": "spark-kubernetes-operator",
            "spark-app-name": configuration(obj).get("spark.app.name", "spark"),
            "spark-version": obj["spec"]["runtimeVersions"]["sparkVersion"]}


def make_driver(api, obj, attempt):
    """The driver pod of an attempt; play.Refused is what the API server has against it."""
    spec, conf, identity = obj["spec"], configuration(obj), application_id(obj["metadata"]["name"], attempt)
    resource = spec.get("mainClass") or "org.apache.spark.deploy.PythonRunner"
    args = ["driver", "--properties-file", "/opt/spark/conf/spark.properties", "--class", resource,
            spec.get("jars") or spec.get("pyFiles") or "", *spec.get("driverArgs", [])]
    driver = api.call("POST", core(obj) + "/pods", play.pod(
        "driver", f"{identity}-driver", conf, labels(obj, identity), [play.owned_by(obj, blockOwnerDeletion=True)], args))
    api.call("POST", core(obj) + "/services", play.driver_service(f"{identity}-driver-svc", driver, PORTS))
    properties = "".join(f"{key}={value}\n" for key, value in sorted(conf.items()))
    api.call("POST", core(obj) + "/configmaps", {
        "apiVersion": "v1", "kind": "ConfigMap",
        "data": {"spark.properties": properties, "spark.kubernetes.namespace": obj["metadata"]["namespace"]},
        "metadata": {"name": f"{identity}-spark-drv-conf-map", "ownerReferences": [play.owned_by(driver)]}})
    return driver


def make_executors(api, obj, driver):
    """They are named after the name that the program gives itself."""
    conf, name = configuration(obj), obj["metadata"]["name"]
    prefix = f"{conf.get('spark.app.name', name)}-{uuid.uuid4().hex[:16]}"
    identity = driver["metadata"]["labels"]["spark-app-selector"]
    for i in range(1, int(conf.get("spark.executor.instances", "1")) + 1):
        own = {**labels(obj, identity), "spark-app-name": name, "spark-exec-id": str(i), "spark-exec-resourceprofile-id": "0"}
        api.call("POST", core(obj) + "/pods", play.pod(
            "executor", f"{prefix}-exec-{i}", conf, own, [play.owned_by(driver, controller=True)], ["executor"]))
