# SPDX-License-Identifier: Apache-2.0
# Starts the cluster: certificates and users, the control plane, nodes (real or played), the Spark operator.
# Ports: ten from $PORT on. full.bash has what only full mode needs, light.bash what only light mode needs.
# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2164 # sourced together: cluster, lib.bash and one or two parts
SERVICE_NET=10.96.0.0/16
ETCD_PORT=$((PORT + 1)) # and the next for its peers
CONTROLLER_PORT=$((PORT + 3)) SCHEDULER_PORT=$((PORT + 4)) KWOK_PORT=$((PORT + 5))
WEBHOOK_PORT=$((PORT + 6))

# Certificates: an authority, the API server's and the administrator's.
certificates() (
  cd "$RUN/pki"
  key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
  sign() { # NAME SUBJECT EXTENSION
    key "$1"
    openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out "$1.crt" -extfile <(echo "$3")
  }
  {
    key ca
    openssl req -x509 -new -key ca.key -days 30 -subj /CN=kubectl-spark-tests -out ca.crt
    key sa
    openssl ec -in sa.key -pubout -out sa.pub
    sign apiserver /CN=kube-apiserver \
      "subjectAltName=IP:127.0.0.1,IP:$NODE_IP,IP:${SERVICE_NET%.*}.1,DNS:localhost,DNS:kubernetes.default.svc"
    sign admin /O=system:masters/CN=admin extendedKeyUsage=clientAuth
  } 2>"$LOG/openssl.log"
)

# user NAME [GROUP]: a kubeconfig. The administrator has a certificate, everybody else a token.
user() {
  local name=$1 group=${2:-} credentials token
  if [ "$name" = admin ]; then
    credentials="client-certificate-data: $(base64 -w0 "$RUN/pki/admin.crt"), client-key-data: $(base64 -w0 "$RUN/pki/admin.key")"
  else
    token=$(openssl rand -hex 16)
    credentials="token: $token"
    echo "$token,$name,$name,\"$group\"" >>"$RUN/pki/tokens.csv"
  fi
  install -m 600 /dev/stdin "$RUN/${name##*:}.kubeconfig" <<Y
apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: "https://$NODE_IP:$PORT", certificate-authority-data: $(base64 -w0 "$RUN/pki/ca.crt")}}]
users: [{name: "$name", user: {$credentials}}]
contexts: [{name: test, context: {cluster: test, user: "$name", namespace: default}}]
current-context: test
Y
}

control_plane() {
  local reconciler=none
  [ "$mode" = light ] || reconciler=master-count
  start etcd "$BIN/kube" etcd --data-dir "$RUN/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" \
    --listen-peer-urls "http://127.0.0.1:$((ETCD_PORT + 1))"
  start apiserver "$BIN/kube" apiserver --etcd-servers="http://127.0.0.1:$ETCD_PORT" \
    --bind-address="$NODE_IP" --secure-port="$PORT" --advertise-address="$NODE_IP" \
    --endpoint-reconciler-type="$reconciler" --allow-privileged=true --enable-aggregator-routing=true \
    --tls-cert-file="$RUN/pki/apiserver.crt" --tls-private-key-file="$RUN/pki/apiserver.key" \
    --client-ca-file="$RUN/pki/ca.crt" --token-auth-file="$RUN/pki/tokens.csv" --authorization-mode=Node,RBAC \
    --kubelet-client-certificate="$RUN/pki/admin.crt" --kubelet-client-key="$RUN/pki/admin.key" \
    --kubelet-preferred-address-types=InternalIP --service-cluster-ip-range="$SERVICE_NET" \
    --service-account-issuer=https://kubernetes.default.svc \
    --service-account-key-file="$RUN/pki/sa.pub" --service-account-signing-key-file="$RUN/pki/sa.key"
  until_ok 90 kctl admin get --raw /readyz
  local common=(--kubeconfig="$RUN/controllers.kubeconfig" --leader-elect=false --bind-address=127.0.0.1
    --authentication-kubeconfig="$RUN/controllers.kubeconfig" --authorization-kubeconfig="$RUN/controllers.kubeconfig")
  start controller-manager "$BIN/kube" controller-manager "${common[@]}" --secure-port=$CONTROLLER_PORT \
    --service-account-private-key-file="$RUN/pki/sa.key" --root-ca-file="$RUN/pki/ca.crt"
  start scheduler "$BIN/kube" scheduler "${common[@]}" --secure-port=$SCHEDULER_PORT
}

# objects: the operators' resources and the roles of the users.
objects() {
  kctl admin apply --server-side -f "$CACHE/operator/crds" >>"$LOG/objects.log"
  gzip -dc "$HERE/manifests/apache-crd.json.gz" | kctl admin apply --server-side -f - >>"$LOG/objects.log"
  local shipped=$CACHE/operator/rbac
  kctl admin apply --server-side -f "$shipped/role.yaml" \
    -f "$shipped/sparkapplication_editor_role.yaml" -f "$shipped/sparkapplication_viewer_role.yaml" \
    -f "$shipped/scheduledsparkapplication_editor_role.yaml" \
    -f "$shipped/scheduledsparkapplication_viewer_role.yaml" >>"$LOG/objects.log"
  python3 "$HERE/manifests/roles.py" | kctl admin apply --server-side -f - >>"$LOG/objects.log"
  # The operator ends when its kinds are not served yet.
  until_ok 30 kctl admin -n default get sparkapplications.sparkoperator.k8s.io,sparkapplications.spark.apache.org,scheduledsparkapplications,sparkconnects
}

operator() {
  local home=$CACHE/spark qps=20 # the operator's own default
  [ "$mode" = full ] || { home=$HERE/light; qps=200; }
  qps=${OPERATOR_QPS:-$qps}
  start operator env KUBERNETES_SERVICE_HOST="$NODE_IP" KUBERNETES_SERVICE_PORT="$PORT" \
    KUBECONFIG="$RUN/spark-operator.kubeconfig" SPARK_HOME="$home" SPARK_LOCAL_IP=127.0.0.1 \
    SPARK_SUBMIT_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1" \
    "$BIN/spark-operator" controller start --namespaces="" --health-probe-bind-address=127.0.0.1:0 \
    --leader-election=false --zap-log-level=info --zap-encoder=console \
    --kube-api-qps="$qps" --kube-api-burst=$((qps * 3 / 2)) --workqueue-ratelimiter-bucket-qps=$((qps / 2 + 1))
}

webhook() { # ADDRESS
  mkdir -p "$RUN/webhook"
  start webhook env KUBECONFIG="$RUN/admin.kubeconfig" "$BIN/spark-operator" webhook start --namespaces="" \
    --webhook-cert-dir="$RUN/webhook" --webhook-port=$WEBHOOK_PORT --health-probe-bind-address=127.0.0.1:0 \
    --webhook-svc-name=spark-operator-webhook-svc --webhook-svc-namespace=spark-operator \
    --webhook-secret-name=webhook-certs --webhook-secret-namespace=spark-operator \
    --mutating-webhook-name=mutating-webhook-configuration \
    --validating-webhook-name=validating-webhook-configuration --zap-log-level=info --zap-encoder=console
  until_ok 30 bash -c "echo >/dev/tcp/$1/$WEBHOOK_PORT"
  kctl admin create --dry-run=client -o json -f "$CACHE/operator/webhook/manifests.yaml" |
    python3 "$HERE/manifests/webhook.py" "$1" $WEBHOOK_PORT | kctl admin create -f - >>"$LOG/objects.log"
  # The process writes its authority into the configurations; until then calls fail.
  for kind in mutating validating; do
    until_ok 30 has_authority "$kind"
  done
}
has_authority() {
  kctl admin get "${1}webhookconfiguration" -o jsonpath='{.items[0].webhooks[*].clientConfig.caBundle}' | grep -q .
}

# accepts: an application can be submitted.
accepts() {
  kctl admin wait --for=condition=Ready nodes --all --timeout=1s &&
    kctl admin -n default get serviceaccount spark && grep -q "Starting workers" "$LOG/operator.log"
}

# Ten ports, also for the parts that only the other mode has.
ports_are_free() {
  local port
  for port in $(seq "$PORT" $((PORT + 9))); do
    ! bash -c "echo >/dev/tcp/127.0.0.1/$port" 2>/dev/null ||
      die "port $port is taken; the cluster needs $PORT to $((PORT + 9)), and KSPARK_CLUSTER_PORT chooses others (with KSPARK_CLUSTER_RUN light clusters run side by side)"
  done
}

# given_up: what was started goes away again when `up` ends early.
given_up() {
  say "up did not succeed; the ends of the logs:"
  tail -n 4 "$LOG"/*.log >&2 || true
  cp -r "$LOG" "$CACHE/log/failed-up-$PORT" 2>/dev/null || true
  down
}

up() {
  mode=$1
  local begin=$SECONDS address
  NODE_IP=127.0.0.1
  [ "$mode" = light ] || NODE_IP=${NODE_NET%.*}.1 # the bridge: node, API server and DNS
  ports_are_free
  [ "$mode" = light ] || ! ip -o -4 address | grep -q "inet $NODE_IP/" ||
    die "somebody on this machine has the address $NODE_IP: another full cluster (with its own KSPARK_CLUSTER_RUN or KSPARK_CLUSTER_CACHE)? There can be one at a time"
  mkdir -p "$RUN"/{pki,pid,command,log,etcd}
  chmod 700 "$RUN/pki" "$RUN/etcd"
  echo "$mode" >"$RUN/mode"
  trap given_up EXIT
  certificates
  user admin
  user controllers system:masters
  user system:node:test-node system:nodes
  for name in spark-operator editor viewer nobody; do user "$name"; done
  # shellcheck source=/dev/null
  . "$HERE/$mode.bash"
  network
  control_plane
  objects
  nodes
  operator
  address=$NODE_IP
  [ "$mode" = full ] || address=$(own_address)
  # The API server calls no webhook at a loopback address.
  if [ -n "$address" ]; then webhook "$address"; else say "this machine has no address but loopback: no webhook, no driver UI"; fi
  until_ok 90 accepts
  trap - EXIT
  say "up ($mode) in $((SECONDS - begin)) s"
}
