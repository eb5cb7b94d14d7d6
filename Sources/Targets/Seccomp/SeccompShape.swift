/// Seccomp profiles: `linux.seccomp` of the OCI runtime specification, and Docker's, which resolves to it.
enum SeccompShape {
  static let actions = [
    "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO",
    "SCMP_ACT_TRACE", "SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY",
  ]
  static let operators = [
    "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ",
  ]
  static let architectures = [
    "SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS",
    "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32",
    "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_S390", "SCMP_ARCH_S390X",
    "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64", "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K",
    "SCMP_ARCH_SH", "SCMP_ARCH_SHEB",
  ]

  private static let argument = Shape.object([
    .required("index", .integer(0...5)), .required("value", .unsigned), .optional("valueTwo", .unsigned),
    .required("op", .oneOf(operators)),
  ])

  private static let top: [Shape.Field] = [
    .required("defaultAction", .oneOf(actions)),
    .optional("defaultErrnoRet", .integer(0...4095)),
    .optional("architectures", .array(.oneOf(architectures))),
    .optional(
      "flags",
      .array(
        .oneOf([
          "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
          "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
        ])
      )
    ),
    .optional("listenerPath", .string),
    .optional("listenerMetadata", .string),
  ]

  private static let rule: [Shape.Field] = [
    .required("action", .oneOf(actions)), .optional("errnoRet", .integer(0...4095)),
    .optional("args", .array(argument)),
  ]

  static let oci = Shape.object(
    top + [.optional("syscalls", .array(.object([.required("names", .strings)] + rule)))]
  )

  private static let filter = Shape.object([
    .optional("caps", .strings), .optional("arches", .strings), .optional("minKernel", .string),
  ])

  static let docker = Shape.object(
    top + [
      // Podman's spelling of defaultErrnoRet, by name.
      .optional("defaultErrno", .string),
      .optional(
        "archMap",
        .array(
          .object([
            .required("architecture", .oneOf(architectures)),
            .optional("subArchitectures", .array(.oneOf(architectures))),
          ])
        )
      ),
      .optional(
        "syscalls",
        .array(
          .object(
            rule + [
              .optional("names", .strings), .optional("name", .string), .optional("comment", .string),
              .optional("includes", filter), .optional("excludes", filter), .optional("errno", .string),
            ]
          )
        )
      ),
    ]
  )
}
