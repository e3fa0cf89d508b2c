# SPDX-License-Identifier: Apache-2.0
# Takes the cluster down, also one that an interrupted `up` or a dead machine has left half there.
# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2164 # sourced together: cluster, lib.bash and one or two parts

# Containers with their network namespaces, then what keeps them.
containers_away() {
  c() { ctr -a "$RUN/containerd.sock" -n k8s.io "$@"; }
  if pid_of containerd >/dev/null; then
    c tasks ls -q | while read -r id; do c tasks kill -s KILL "$id" || true; done
    for id in $(c containers ls -q); do
      c tasks rm -f "$id" || true
      c containers rm "$id" || true
    done
  fi >/dev/null 2>&1
  stop containerd
  # Namespaces by the addresses that the network gave out: others on this machine have theirs.
  while read -r name; do ip netns del "$name" 2>/dev/null || true; done <"$RUN/netns"
}

mounts_away() {
  awk -v run="$RUN/" 'index($2, run) == 1 {print $2}' /proc/mounts | sort -r | while read -r mount; do
    umount -l "$mount" || true
  done
}

# chains_away: iptables chains of kube-proxy and kubelet, unless this machine had some before.
chains_away() {
  local table chain
  [ -e "$RUN/chains-are-ours" ] || return 0
  "$BIN/kube" proxy --cleanup >/dev/null 2>&1 || true
  for table in nat filter mangle; do
    iptables -w -t "$table" -S | awk '/^-A/ && /-j KUBE-/ && $2 !~ /^KUBE-/ {sub("-A", "-D"); print}' |
      while read -r rule; do
        # shellcheck disable=SC2086 # words
        iptables -w -t "$table" $rule
      done
    for chain in $(iptables -w -t "$table" -S | awk '$1 == "-N" && $2 ~ /^KUBE-/ {print $2}'); do
      iptables -w -t "$table" -F "$chain"
      iptables -w -t "$table" -X "$chain"
    done
  done 2>/dev/null || true
}

cgroups_away() {
  find /sys/fs/cgroup -type d -path '*/kubepods*' -depth -exec rmdir {} + 2>/dev/null || true
}

# what_is_ours: the network namespaces that the bridge leads to, written down while they can still be seen.
what_is_ours() {
  local name
  ip -o netns list 2>/dev/null | awk '/^cni-/ {print $1}' | while read -r name; do
    ip netns exec "$name" ip -o -4 address show 2>/dev/null | grep -q "inet ${NODE_NET%.*}\." && echo "$name"
  done >"$RUN/netns" || true
}

down() {
  local name pods_mode
  [ -e "$RUN" ] || return 0
  pods_mode=$(mode)
  if [ "$pods_mode" = full ]; then what_is_ours; fi
  # Nothing here needs a clean end, and the API server takes long for one.
  for name in operator webhook apache-operator ui kwok kubelet dns proxy scheduler controller-manager apiserver etcd; do
    stop "$name" KILL
  done
  if [ "$pods_mode" = full ]; then
    containers_away
    mounts_away
    ip link del "$BRIDGE" 2>/dev/null || true
    chains_away
    cgroups_away
    rm -rf "$DATA"
  fi
  rm -rf "$RUN"
  say "down"
}
