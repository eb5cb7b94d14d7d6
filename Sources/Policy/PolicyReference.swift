import Diagnostics
import Seccomp

/// The reference of the language as a page of Markdown: read off the declaration that the decoder uses.
package enum PolicyReference {
  package static func markdown() -> String {
    var page = """
      # The policy language, version 1

      Generated from the declaration that Ringfence decodes policies by; `ringfence schema` prints the same as a JSON Schema.

      A policy says what a program may do, and names no engine. Unknown keys, duplicate keys, wrong types, missing units and
      values out of range are errors at their place in the text. Scalars are read as they are written: `no`, `0o17`, `1:30`
      and dates never turn into something else. There are no anchors, aliases, tags or merge keys, and one policy a file.

      - **Sizes** have a unit: `Ki Mi Gi Ti` or `kB MB GB TB`. **Durations** too: `ms s m h`. `unlimited` is the one word
        for no limit, where a limit can be left out; the linter objects to it.
      - **Inheritance**: maps merge by key; scalars and lists of the child replace the parent's. Two lists add to the
        parent's: `accept`, where an empty list takes none of the parent's over, and `lint.suppress`. `name` and
        `description` are a policy's own. `within` holds for all that extend a policy, beside their own. A child that
        leaves `allowlist`, or sets a variable that its parent inherits, need not empty the parent's list first; in one
        policy both together are an error.
      - **Defaults are the safe end**: a policy with nothing but `version` and `name` denies everything that a program can do
        without.


      """
    page += "| key | value | meaning |\n|---|---|---|\n"
    for key in Language.keys { page += rows(of: key, below: "") }
    page += """

      ## Conditions on arguments

      `args` of a rule is a condition, or a list of conditions, all of which have to hold; so are `any`, `all` and `not`. An
      argument is named by its place or by the kernel's name for it (`ringfence explain openat`), and compared by the width
      that the kernel reads.


      """
    page += "| key | value | meaning |\n|---|---|---|\n"
    for key in Language.condition { page += rows(of: key, below: "") }
    return page + groups + constants
  }

  private static var groups: String {
    var text = """

      ## Groups of system calls

      `ringfence explain @name` lists the calls of a group, and under which conditions it allows them.

      | group | calls | meaning |
      |---|---|---|

      """
    for name in SyscallGroup.allNames {
      guard let group = SyscallGroup(named: name) else { continue }
      text += "| `\(group.name)` | \(group.members.count) | \(group.summary) |\n"
    }
    return text
  }

  private static var constants: String {
    var families: [(prefix: String, names: [String])] = []
    for name in SyscallConstant.allNames {
      let prefix = name.split(separator: "_").first.map(String.init) ?? name
      if let index = families.firstIndex(where: { $0.prefix == prefix }) {
        families[index].names.append(name)
      } else {
        families.append((prefix, [name]))
      }
    }
    let several = families.filter { $0.names.count > 1 }.map { $0.names }
    let single = families.filter { $0.names.count == 1 }.flatMap(\.names)
    return """

      ## Constants

      Where a number can stand, so can the name that the kernel's headers give it:


      """
        + (several + (single.isEmpty ? [] : [single])).map { names in
          "- " + names.map { "`\($0)`" }.joined(separator: " ") + "\n"
        }.joined()
  }

  private static func rows(of key: Shape.Key, below path: String) -> String {
    let keyPath = path + key.name
    return row(key, path) + children(of: key.shape, below: keyPath)
  }

  private static func children(of shape: Shape, below path: String) -> String {
    switch shape {
    case .map(let keys): keys.map { rows(of: $0, below: path + ".") }.joined()
    case .list(let item): children(of: item, below: path + "[]")
    case .scalarOrMap(_, let keys): keys.map { rows(of: $0, below: path + ".") }.joined()
    case .scalar, .dictionary, .scalarOrList, .conditions: ""
    }
  }

  private static func row(_ key: Shape.Key, _ path: String) -> String {
    "| `\(path)\(key.name)`\(key.isRequired ? " (required)" : "") | \(describe(key.shape)) | \(key.summary) |\n"
  }

  private static func describe(_ shape: Shape) -> String {
    switch shape {
    case .scalar(let scalar): describe(scalar)
    case .map: "map"
    case .list(let item): "list of " + describe(item)
    case .dictionary: "map of names to text"
    case .scalarOrMap(let scalar, _): describe(scalar) + ", or map"
    case .scalarOrList(let scalar): describe(scalar) + ", or list"
    case .conditions: "condition, or list of conditions"
    }
  }

  private static func describe(_ scalar: Shape.Scalar) -> String {
    let text =
      switch scalar {
      case .integer(let bounds, _): "\(bounds.lowerBound)…\(bounds.upperBound)"
      case .size: "size"
      case .duration: "duration"
      case .cpus: "decimal"
      case .boolean: "`true` or `false`"
      case .word(let words): words.map { "`\($0)`" }.joined(separator: " ")
      case .text(let shape): describe(shape)
      case .optionalText(let shape): describe(shape) + ", or `null`"
      }
    return scalar.takesUnlimited ? text + ", or `unlimited`" : text
  }

  private static func describe(_ shape: TextShape) -> String {
    switch shape {
    case .policyName: "name"
    case .line: "one line"
    case .argument: "text"
    case .path: "absolute path"
    case .hostPath: "path of the host"
    case .user: "`\"uid:gid\"`"
    case .mask: "octal in quotes"
    case .hostname: "host name"
    case .variableName: "variable"
    case .variableValue: "text"
    case .image: "image reference"
    case .host: "name, address or prefix"
    case .syscallOrGroup: "call or `@group`"
    case .syscall: "call"
    case .constant: "number or constant"
    case .parameter: "argument's name"
    case .date: "date"
    case .capability: "capability"
    case .rule: "rule's id"
    case .control: "control"
    case .keyPath: "path of a key"
    case .version: "version in quotes"
    case .release: "release as `YYYYMMDD`"
    case .signal: "signal"
    case .identifier: "name"
    }
  }
}
