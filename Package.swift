// swift-tools-version: 6.2

import PackageDescription

// The command is a fully static, non-PIE executable in release builds: it starts in under a millisecond, where a
// dynamically linked Swift program takes about four. Unsafe flags are allowed because this package is always the root
// of its build; nothing may depend on its products.
let staticExecutable: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-static-executable", "-Xlinker", "--gc-sections", "-Xlinker", "-s",
      // What a run executes lies together (Tests/Benchmarks/run-path.py): fewer page faults, less memory.
      "-Xlinker", "--section-ordering-file=\(Context.packageDirectory)/Tests/Benchmarks/run-path.order",
      // See Sources/CLaunch/entry.c and runtime.c.
      "-Xlinker", "-e", "-Xlinker", "rf_entry",
      "-Xlinker", "--wrap=swift_copyAuxiliaryExecutablePath",
      "-Xlinker", "--wrap=_swift_stdlib_getUnsafeArgvArgc",
    ],
    .when(platforms: [.linux], configuration: .release)
  ),
  // What FoundationEssentials, which ArgumentParser imports, needs in a static link. The compiler asks for these itself
  // only when the whole build is given --static-swift-stdlib.
  .unsafeFlags(
    ["-l_FoundationCShims", "-l_FoundationCollections", "-lswiftSynchronization"],
    .when(platforms: [.linux], configuration: .release)
  ),
]

// `make fuzz` names the folder of libFuzzer's library here: then everything is built for it, and a program to run it.
let fuzzerLibrary = Context.environment["RINGFENCE_LIBFUZZER"]

let strict: [SwiftSetting] =
  (fuzzerLibrary == nil ? [] : [.unsafeFlags(["-sanitize=fuzzer"])]) + [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
    // Generic types are made from what the compiler knows, not by demangling names and searching all conformances at the
    // first use of each: a quarter of all instructions of a short run. Many are even laid out by the compiler.
    .unsafeFlags(
      [
        "-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors",
        "-Xfrontend", "-prespecialize-generic-metadata",
      ],
      .when(configuration: .release)
    ),
    // A section for each function, for the linker to order (run-path.order) and to leave out.
    .unsafeFlags(
      ["-Xfrontend", "-function-sections"],
      .when(configuration: .release)
    ),
  ]

let package = Package(
  name: "ringfence",
  products: [.executable(name: "ringfence", targets: ["ringfence"])],
  dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")],
  targets: [
    // System libraries and C.
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CLibSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
    // Parts of it run before the C library is there: nothing may call into it unseen.
    .target(
      name: "CLaunch",
      cSettings: [
        .unsafeFlags(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fno-builtin", "-fno-stack-protector"])
      ]
    ),

    // Leaves.
    .target(name: "Diagnostics", swiftSettings: strict),
    .target(name: "CanonicalJSON", dependencies: ["Diagnostics"], swiftSettings: strict),
    .target(name: "Reports", dependencies: ["CanonicalJSON", "Diagnostics"], swiftSettings: strict),
    .target(name: "YAML", dependencies: ["CLibYAML", "Diagnostics"], swiftSettings: strict),

    // The model, the language and its meaning.
    .target(name: "Sandbox", dependencies: ["CanonicalJSON", "Diagnostics"], swiftSettings: strict),
    .target(
      name: "Seccomp",
      dependencies: ["CanonicalJSON", "Diagnostics", "Sandbox"],
      exclude: ["Syscalls/Tables/generate.py"],
      swiftSettings: strict
    ),
    .target(name: "Comparison", dependencies: ["Sandbox", "Seccomp"], swiftSettings: strict),
    .target(
      name: "Policy",
      dependencies: ["CanonicalJSON", "Comparison", "Diagnostics", "Sandbox", "Seccomp", "YAML"],
      swiftSettings: strict
    ),
    .target(
      name: "Lint",
      dependencies: ["CanonicalJSON", "Comparison", "Diagnostics", "Policy", "Reports", "Sandbox", "Seccomp"],
      swiftSettings: strict
    ),

    .target(name: "Revisions", dependencies: ["Diagnostics", "Policy"], swiftSettings: strict),

    .target(
      name: "LanguageServer",
      dependencies: ["CanonicalJSON", "Diagnostics", "Lint", "Policy", "Sandbox", "Seccomp", "YAML"],
      swiftSettings: strict
    ),

    // Lowering, one folder a target.
    .target(
      name: "Targets",
      dependencies: ["CanonicalJSON", "Diagnostics", "Sandbox", "Seccomp", "YAML"],
      swiftSettings: strict
    ),

    // Running.
    .target(name: "Linux", dependencies: ["CLaunch"], swiftSettings: strict),
    .target(
      name: "Executor",
      dependencies: ["CLaunch", "CanonicalJSON", "Linux", "Sandbox", "Seccomp"],
      swiftSettings: strict
    ),

    .target(
      name: "Engines",
      dependencies: [
        "CLaunch", "CanonicalJSON", "Diagnostics", "Executor", "Linux", "Policy", "Sandbox", "Seccomp", "Targets",
      ],
      swiftSettings: strict
    ),

    // The command line.
    .executableTarget(
      name: "ringfence",
      dependencies: [
        "CLaunch", "CanonicalJSON", "Comparison", "Diagnostics", "Engines", "Executor", "LanguageServer", "Lint",
        "Linux",
        "Policy", "Reports", "Revisions", "Sandbox", "Seccomp", "Targets", "YAML",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict,
      linkerSettings: staticExecutable
    ),

    // Tests.
    .executableTarget(
      name: "compile-times",
      dependencies: ["Sandbox", "Seccomp"],
      path: "Tests/Benchmarks/CompileTimes",
      swiftSettings: strict
    ),
    .target(name: "TestSupport", dependencies: ["Diagnostics"], path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "Fuzzers",
      dependencies: ["CanonicalJSON", "Diagnostics", "Lint", "Policy", "Sandbox", "Seccomp", "Targets", "YAML"],
      path: "Tests/Fuzzing/Fuzzers",
      swiftSettings: strict
    ),
    .testTarget(
      name: "FuzzerTests",
      dependencies: ["Fuzzers", "TestSupport"],
      path: "Tests/Fuzzing/Replay",
      swiftSettings: strict
    ),
    .testTarget(
      name: "DiagnosticsTests",
      dependencies: ["CanonicalJSON", "Diagnostics", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ComparisonTests",
      dependencies: ["Comparison", "Sandbox", "Seccomp", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["CanonicalJSON", "Diagnostics", "Reports", "TestSupport"],
      exclude: ["Snapshots"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "PolicyTests",
      dependencies: ["CanonicalJSON", "Comparison", "Diagnostics", "Policy", "Sandbox", "TestSupport", "YAML"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "SeccompTests",
      dependencies: ["CLibSeccomp", "CanonicalJSON", "Diagnostics", "Sandbox", "Seccomp", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "LintTests",
      dependencies: ["CanonicalJSON", "Diagnostics", "Lint", "Policy", "Reports", "Sandbox", "Seccomp", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "LanguageServerTests",
      dependencies: ["CanonicalJSON", "Diagnostics", "LanguageServer", "Policy", "TestSupport"],
      exclude: ["session.py"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "TargetsTests",
      dependencies: ["CanonicalJSON", "Diagnostics", "Policy", "Sandbox", "Seccomp", "Targets", "TestSupport"],
      exclude: ["Checks", "Corpus", "Snapshots"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ExecutorTests",
      dependencies: ["CanonicalJSON", "Diagnostics", "Executor", "Linux", "Sandbox", "Seccomp", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "EnginesTests",
      dependencies: [
        "CanonicalJSON", "Diagnostics", "Engines", "Executor", "Policy", "Sandbox", "Seccomp", "Targets", "TestSupport",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "AttackTests",
      dependencies: ["TestSupport"],
      exclude: ["bounded", "cases", "host.py", "manifest.tsv", "page.py", "run.py"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "FaultTests",
      dependencies: ["TestSupport"],
      exclude: ["faults.py", "inject.c", "record.py", "survival.py"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["CanonicalJSON", "Diagnostics", "TestSupport"],
      exclude: ["injection.py"],
      swiftSettings: strict
    ),
  ],
  swiftLanguageModes: [.v6]
)

if let fuzzerLibrary {
  package.targets += [
    .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzzing/CLibFuzzer"),
    .executableTarget(
      name: "fuzz",
      dependencies: ["CLibFuzzer", "Fuzzers"],
      path: "Tests/Fuzzing/Driver",
      swiftSettings: strict,
      linkerSettings: [
        .unsafeFlags(["-L", fuzzerLibrary, "-lclang_rt.fuzzer_no_main-x86_64", "-lstdc++", "-lm"])
      ]
    ),
  ]
}
