extension ValidationExamples {
  /// Rules of Compose.
  static let compose: [String: ValidationExample] = [
    "RF8301": .init(.compose, #"services:\#n  app: «*base»\#n"#, #"services:\#n  app: {image: x}\#n"#),
    "RF8302": .init(
      .compose,
      #"services:\#n  app:\#n    image: x\#n    read_only: «maybe»\#n"#,
      #"services:\#n  app:\#n    image: x\#n    read_only: true\#n"#
    ),
    "RF8303": .init(.compose, #"«version»: "3"\#nservices: {a: {image: x}}\#n"#, #"services: {a: {image: x}}\#n"#),
    "RF8304": .init(.compose, #"«services»: {}\#n"#, #"services: {a: {image: x}}\#n"#),
    "RF8305": .init(.compose, #"services: {«a»: {user: "1:1"}}\#n"#, #"services: {a: {build: .}}\#n"#),
    "RF8306": .init(
      .compose,
      #"services:\#n  app:\#n    image: x\#n    command: [sh, -c, «"echo $(id)"»]\#n"#,
      #"services:\#n  app:\#n    image: x\#n    command: [sh, -c, "echo $$(id)"]\#n"#
    ),
    "RF8307": .init(
      .compose,
      #"services:\#n  app:\#n    image: «x:${TAG}»\#n    user: "1:1"\#n"#,
      #"services:\#n  app:\#n    image: x:1\#n    user: "1:1"\#n"#
    ),
    "RF8308": .init(
      .compose,
      #"services:\#n  app:\#n    image: x\#n    ‹network_mode›: none\#n    «networks»: [a]\#n"#,
      #"services:\#n  app:\#n    image: x\#n    network_mode: none\#n"#
    ),
    "RF8309": .init(
      .compose,
      #"services:\#n  app:\#n    image: x\#n    «mem_limit»: 64m\#n    deploy: {resources: {limits: {‹memory›: 65m}}}\#n"#,
      #"services:\#n  app:\#n    image: x\#n    mem_limit: 64m\#n    deploy: {resources: {limits: {memory: 64m}}}\#n"#
    ),
    "RF8310": .init(
      .compose,
      #"services:\#n  app:\#n    image: x\#n    volumes: [{type: bind, source: /c, target: /c, bind: {create_host_path: «true»}}]\#n"#,
      #"services:\#n  app:\#n    image: x\#n    volumes: [{type: bind, source: /c, target: /c, bind: {create_host_path: false}}]\#n"#
    ),
    "RF8311": .init(
      .compose,
      #"services:\#n  app:\#n    image: x\#n    «env_file»: .env\#n"#,
      #"services:\#n  app:\#n    image: x\#n    environment: [A=1]\#n"#
    ),
    "RF8312": .init(
      .compose,
      #"services:\#n  app:\#n    image: x\#n    ports: [«22:22»]\#n"#,
      #"services:\#n  app:\#n    image: x\#n    ports: ["22:22"]\#n"#
    ),
    "RF8313": .init(
      .compose,
      #"services:\#n  app:\#n    image: x\#n    deploy: {«placement»: {}, resources: {}}\#n"#,
      #"services:\#n  app:\#n    image: x\#n    deploy: {resources: {}}\#n"#
    ),
    "RF8314": .init(
      .compose,
      #"services:\#n  app:\#n    image: x\#n    security_opt: [«"seccomp:{}"»]\#n"#,
      #"services:\#n  app:\#n    image: x\#n    security_opt: ["seccomp:./profile.json"]\#n"#
    ),
  ]
}
