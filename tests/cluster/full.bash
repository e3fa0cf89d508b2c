# SPDX-License-Identifier: Apache-2.0
# Full mode: a bridge for node and pods, containerd with the images, kubelet, kube-proxy and cluster DNS.
# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2164 # sourced together: cluster, lib.bash and one or two parts
PROXY_PORT=$((PORT + 7)) DNS_PORT=$((PORT + 8)) HEALTH_PORT=$((PORT + 9))

network() {
  iptables-save 2>/dev/null | grep -q KUBE- || touch "$RUN/chains-are-ours"
  ip link add "$BRIDGE" type bridge
  ip addr add "$NODE_IP/24" dev "$BRIDGE"
  ip link set "$BRIDGE" up
  echo 1 >/proc/sys/net/ipv4/ip_forward
  echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables
  mkdir -p "$RUN/cni"
  cat >"$RUN/cni/10-bridge.conflist" <<J
{"cniVersion": "0.4.0", "name": "kubectl-spark", "plugins": [
  {"type": "bridge", "bridge": "$BRIDGE", "isGateway": true, "hairpinMode": true, "mtu": 1500,
   "ipam": {"type": "host-local", "dataDir": "$RUN/ipam", "ranges": [[{"subnet": "$NODE_NET"}]],
            "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "loopback"}]}
J
  containers
}

containers() {
  mkdir -p "$RUN/containerd"
  # restrict_oom_score_adj: runc works without CAP_SYS_RESOURCE, too.
  cat >"$RUN/containerd.toml" <<T
version = 2
root = "$CACHE/containerd"
state = "$RUN/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]
[grpc]
  address = "$RUN/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$PAUSE_IMAGE"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$RUN/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
T
  start containerd containerd --config "$RUN/containerd.toml"
}

# images: they stay in the cache; one is imported again when its archive is newer.
images() {
  local name mark
  until_ok 30 ctr -a "$RUN/containerd.sock" version
  for name in pause spark; do
    mark=$CACHE/containerd/.imported-$name
    [ "$mark" -nt "$CACHE/images/$name.tar" ] && continue
    say "importing the image $name"
    ctr -a "$RUN/containerd.sock" -n k8s.io images import "$CACHE/images/$name.tar" >>"$LOG/images.log" 2>&1
    touch "$mark"
  done
}

nodes() {
  mkdir -p "$RUN/kubelet"
  echo "nameserver $NODE_IP" >"$RUN/resolv.conf"
  cat >"$RUN/kubelet.yaml" <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $NODE_IP
healthzPort: 0
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $RUN/pki/ca.crt}}
authorization: {mode: Webhook}
containerRuntimeEndpoint: unix://$RUN/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /
failCgroupV1: false
failSwapOn: false
enforceNodeAllocatable: []
clusterDNS: [$NODE_IP]
clusterDomain: cluster.local
resolvConf: $RUN/resolv.conf
podLogsDir: $RUN/pods
volumePluginDir: $RUN/kubelet/plugins
evictionHard: {memory.available: 100Mi, nodefs.available: "1%", imagefs.available: "1%"}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
serializeImagePulls: false
syncFrequency: 10s
containerLogMaxSize: 10Mi
Y
  images
  start kubelet "$BIN/kube" kubelet --config="$RUN/kubelet.yaml" --kubeconfig="$RUN/test-node.kubeconfig" \
    --hostname-override=test-node --node-ip="$NODE_IP" --root-dir="$RUN/kubelet" --cert-dir="$RUN/kubelet/pki"
  start proxy "$BIN/kube" proxy --kubeconfig="$RUN/controllers.kubeconfig" --hostname-override=test-node \
    --proxy-mode=iptables --cluster-cidr="$NODE_NET" --conntrack-max-per-core=0 --bind-address="$NODE_IP" \
    --healthz-bind-address=127.0.0.1:$HEALTH_PORT --metrics-bind-address=127.0.0.1:$PROXY_PORT
  cat >"$RUN/Corefile" <<C
.:53 {
  bind $NODE_IP
  errors
  ready 127.0.0.1:$DNS_PORT
  kubernetes cluster.local in-addr.arpa {
    kubeconfig $RUN/controllers.kubeconfig
    ttl 2
  }
}
C
  start dns "$BIN/coredns" -conf "$RUN/Corefile"
}
