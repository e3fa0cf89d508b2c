# SPDX-License-Identifier: Apache-2.0
# The commands that people and CI type; everything else is CMake (CMakePresets.json).
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
PRESET ?= dev

.PHONY: all test test-cluster cluster-up cluster-down demo bench build reference release format check clean
all: build

# make build PRESET=release
build:
	@tools/install-dependencies $(if $(filter release,$(PRESET)),build,test)
	@mkdir -p build
	@cmake --preset $(PRESET) $(CMAKE_FLAGS) >build/$(PRESET).log 2>&1 || { cat build/$(PRESET).log; exit 1; }
	@cmake --build build/$(PRESET) $(if $(TARGETS),--target $(TARGETS))

# Unit tests, golden files, modules, the installed tree, and end to end on the sandbox.
test: build
	@ctest --preset $(PRESET)

# A real cluster on this machine: API server and operator are real; with FULL=1 also nodes, pods and Spark.
cluster-up:
	@tests/cluster/cluster up $(if $(FULL),--full)

cluster-down:
	@tests/cluster/cluster down

# The end-to-end tests on that cluster, and whether it still answers as it did when its answers were recorded.
test-cluster:
	@$(MAKE) --no-print-directory build TARGETS="kubectl-spark kubectl-spark-sandbox"
	@failed=; \
	tests/cluster/cluster test $(if $(FULL),--full) build/$(PRESET) || failed=yes; \
	$(if $(FULL),,KUBECONFIG=$$(tests/cluster/cluster kubeconfig) tests/contract/run --current || failed=yes;) \
	test -z "$$failed"

# The story on the terminal; CLUSTER=current plays it on the cluster that kubectl talks to.
demo:
	@tools/install-dependencies test
	@$(MAKE) --no-print-directory build PRESET=release TARGETS="kubectl-spark kubectl-spark-sandbox"
	@demo/run build/release $(if $(filter current,$(CLUSTER)),--current)

# Speed beside kubectl and helm, in one run on the sandbox.
bench:
	@tools/install-dependencies bench
	@$(MAKE) --no-print-directory build PRESET=release TARGETS="kubectl-spark kubectl-spark-sandbox"
	@bench/run build/release

# docs/reference, from the flags as they are declared.
reference:
	@$(MAKE) --no-print-directory build TARGETS=kubectl-spark
	@tools/reference build/$(PRESET)/bin/kubectl-spark markdown docs/reference

# dist/: the archive for this machine (TARGETS="linux_amd64 linux_arm64": for these), the krew manifest,
# checksums, bill of materials.
release:
	@tools/install-dependencies release
	@tools/release/make $(TARGETS)

format:
	@git ls-files '*.cpp' '*.hpp' '*.h' | xargs clang-format -i

check:
	@git ls-files '*.cpp' '*.hpp' '*.h' | xargs clang-format --dry-run -Werror
	@python3 tests/repository/floors.py
	@git ls-files | xargs awk 'FNR == 1 && /^#!.*(bash|sh)$$/ {print FILENAME}' | xargs shellcheck -x

clean:
	@rm -rf build
