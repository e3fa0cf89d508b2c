#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Starts a Spark driver or executor in a pod; Spark passes the rest by arguments and environment.
role=${1:-}
shift || true
PYTHONPATH=$SPARK_HOME/python:$(echo "$SPARK_HOME"/python/lib/py4j-*.zip)${PYTHONPATH:+:$PYTHONPATH}
export PYTHONPATH
case $role in
driver)
  exec "$SPARK_HOME/bin/spark-submit" --deploy-mode client \
    --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS" "$@" ;;
executor)
  mapfile -t options < <(env | sed -n 's/^SPARK_JAVA_OPT_[0-9]*=//p')
  # shellcheck disable=SC2086 # several options in one variable
  exec java "${options[@]}" $EXECUTOR_JAVA_OPTS "-Xms$SPARK_EXECUTOR_MEMORY" "-Xmx$SPARK_EXECUTOR_MEMORY" \
    -cp "$SPARK_CONF_DIR:$SPARK_CLASSPATH:$SPARK_HOME/jars/*" \
    org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \
    --driver-url "$SPARK_DRIVER_URL" --executor-id "$SPARK_EXECUTOR_ID" --cores "$SPARK_EXECUTOR_CORES" \
    --app-id "$SPARK_APPLICATION_ID" --hostname "$SPARK_EXECUTOR_POD_IP" \
    --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID" --podName "$SPARK_EXECUTOR_POD_NAME" ;;
*) exec "$role" "$@" ;;
esac
