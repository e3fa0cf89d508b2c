# SPDX-License-Identifier: Apache-2.0
# Light mode: KWOK plays the node and its pods, one web server every driver's UI.
# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2164 # sourced together: cluster, lib.bash and one or two parts

# own_address: an address of this machine that is not loopback, when it has one.
own_address() { hostname -I 2>/dev/null | tr ' ' '\n' | grep -m 1 -E '^[0-9]+(\.[0-9]+){3}$' || true; }

network() { :; }

nodes() {
  local address
  address=$(own_address)
  awk '{print "2026-01-02T03:04:05.000000000Z stdout F " $0}' "$HERE/light/driver.log" >"$RUN/pod.log"
  sed -e '/^#/d' -e "s,LOG,$RUN/pod.log," -e "s/ADDRESS/${address:-127.0.0.1}/" "$HERE/light/kwok.yaml" >"$RUN/kwok.yaml"
  echo '{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "test-node"}}' | kctl admin create -f - >>"$LOG/objects.log"
  start kwok "$BIN/kwok" --kubeconfig="$RUN/admin.kubeconfig" --config="$RUN/kwok.yaml" --manage-all-nodes=true \
    --node-ip=127.0.0.1 --node-port="$KWOK_PORT" --server-address="127.0.0.1:$KWOK_PORT" --cidr=10.244.0.1/16 \
    --node-lease-duration-seconds=40
  # The other operator is in no package registry: a player of its recorded life.
  start apache-operator "$HERE/light/bin/apache-operator" "$RUN/controllers.kubeconfig"
  # Pods share the machine's address; a second light cluster is answered by the first one's server.
  [ -z "$address" ] || start ui python3 "$HERE/light/ui.py" "$address" 4040 "$HERE/light/ui"
}
