import Targets
import TestSupport
import Testing

@Suite("Rules of Compose")
struct ComposeRuleTests {
  @Test("found where they have to be, and nowhere else", arguments: all)
  func check(example: RuleCase) throws { try example.check(as: .compose) }

  private static func service(_ rule: String, _ lines: String) -> RuleCase {
    let body = lines.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
    return RuleCase(rule, "services:\n  app:\n" + body.joined(separator: "\n") + "\n")
  }

  static let all = [
    service("RF8101", "image: x\n«pid_limit»: 5"),
    service("RF8101", "image: x\nx-note: {anything: 1}\npids_limit: 5"),
    service("RF8102", "image: x\ncap_drop: «ALL»\nmem_limit: «[»1]"),
    service("RF8103", "image: x\ncgroup: «hots»"),
    RuleCase("RF8104", "«n»ame: x\n"),
    service("RF8302", "image: x\nread_only: «maybe»\nmem_limit: «lots»\ncpus: «much»"),
    service("RF8302", "image: x\nread_only: \"yes\"\nmem_limit: 64m\ncpus: 0.5\npids_limit: ${N}"),
    service("RF8306", "image: x\ncommand: [sh, -c, «\"echo $(id)\"», «a$», \"$$(id)\", \"${X:-y}\"]"),
    service("RF8306", "image: x\ncommand: [\"$HOME\", \"$$\"]"),
    service("RF8307", "image: «x:${TAG}»\nuser: \"1:1\"\ncap_add: [«$CAP»]"),
    service("RF8307", "image: x\ncommand: [\"$HOME\"]"),
    service("RF8308", "image: x\n‹network_mode›: none\n«networks»: [a]\n«ports»: [\"80:80\"]"),
    service("RF8308", "image: x\nnetworks: [a]"),
    service("RF8309", "image: x\n«mem_limit»: 64m\ndeploy: {resources: {limits: {‹memory›: 65m}}}"),
    service("RF8309", "image: x\nmem_limit: 64m\ndeploy: {resources: {limits: {memory: 64m}}}"),
    service(
      "RF8310",
      "image: x\nvolumes: [«./a:/a», data:/b, {type: bind, source: /c, target: /c, bind: {create_host_path: «true»}}]"
    ),
    service("RF8310", "image: x\nvolumes: [{type: bind, source: /c, target: /c, bind: {create_host_path: false}}]"),
    service("RF8311", "image: x\n«env_file»: .env\n«extends»: {service: y}"),
    service("RF8311", "image: x\nenvironment: [A=1]"),
    service("RF8312", "image: x\nports: [«22:22», \"22:22\", 8080:80]"),
    service("RF8312", "image: x\nports: [\"1:2\"]"),
    service("RF8313", "image: x\ndeploy: {«placement»: {}, resources: {}}"),
    service("RF8313", "image: x\ndeploy: {resources: {}}"),
    service("RF8314", "image: x\nsecurity_opt: [«\"seccomp:{}\"», \"seccomp:./p.json\"]"),
    service("RF8314", "image: x\nsecurity_opt: [no-new-privileges:true]"),
    // Rules that hold for every container, in Compose's words.
    service("RF8201", "image: x\nprivileged: «yes»"),
    service("RF8202", "image: x\nuser: «root»"),
    RuleCase("RF8203", "services: {«app»: {image: x}}\n"),
    service("RF8204", "image: x\ncap_add: [«SYS_ADMIN»]"),
    service("RF8207", "image: x\nsecurity_opt: [«seccomp:unconfined»]"),
    service("RF8208", "image: x\npid: «host»\nipc: «bogus»"),
    service("RF8220", "image: x\ndeploy: {resources: {limits: {memory: 64m}}}"),
    service("RF8221", "image: x\nmem_limit: «512»"),
    service("RF8225", "image: x\npids_limit: «0»"),
    service("RF8227", "image: x\ncpu_count: «2»"),
    service("RF8228", "image: x\nulimits: {«nofiles»: 64}"),
    service("RF8229", "image: x\nulimits: {«nofile»: {soft: 65, hard: 64}}"),
    service("RF8241", "image: x\nvolumes: [«/var/run/docker.sock:/s», {type: bind, source: «/etc», target: /e}]"),
    service("RF8246", "image: x\ntmpfs: [«/tmp», \"/run:size=1m\"]"),
    service("RF8266", "image: x\nenvironment: {«DB_PASSWORD»: abc, API_TOKEN: }"),
  ]
}
