package import CanonicalJSON

/// The JSON Schema (draft 2020-12) of the language, for editors: read off the declaration that the decoder uses.
package enum PolicySchema {
  package static func json() -> JSON {
    var schema = JSONObject([
      ("$schema", "https://json-schema.org/draft/2020-12/schema"),
      ("title", "Ringfence policy, version 1"),
    ])
    for member in map(Language.keys).members { schema[member.name] = member.value }
    schema["$defs"] = ["condition": .object(map(Language.condition))]
    return .object(schema)
  }

  private static func map(_ keys: [Shape.Key]) -> JSONObject {
    var properties = JSONObject()
    for key in keys {
      var property = schema(key.shape)
      property["description"] = .string(key.summary)
      properties[key.name] = .object(property)
    }
    var object = JSONObject([("type", "object"), ("additionalProperties", false), ("properties", .object(properties))])
    let required = keys.filter(\.isRequired).map { JSON.string($0.name) }
    if !required.isEmpty { object["required"] = .array(required) }
    return object
  }

  private static func schema(_ shape: Shape) -> JSONObject {
    switch shape {
    case .scalar(let scalar): return self.scalar(scalar)
    case .map(let keys): return map(keys)
    case .list(let item): return JSONObject([("type", "array"), ("items", .object(schema(item)))])
    case .dictionary(let name, let value):
      return JSONObject([
        ("type", "object"),
        ("propertyNames", .object(text(name))),
        ("additionalProperties", .object(schema(value))),
      ])
    case .scalarOrMap(let scalar, let keys):
      return JSONObject([("anyOf", [.object(self.scalar(scalar)), .object(map(keys))])])
    case .scalarOrList(let scalar):
      return JSONObject([("anyOf", [.object(self.scalar(scalar)), .object(schema(.list(.scalar(scalar))))])])
    case .conditions:
      return JSONObject([
        (
          "anyOf",
          [["$ref": "#/$defs/condition"], ["type": "array", "items": ["$ref": "#/$defs/condition"]]]
        )
      ])
    }
  }

  private static func scalar(_ scalar: Shape.Scalar) -> JSONObject {
    let plain: JSONObject
    switch scalar {
    case .integer(let bounds, _):
      plain = JSONObject([
        ("type", "integer"), ("minimum", .integer(bounds.lowerBound)), ("maximum", .integer(bounds.upperBound)),
      ])
    case .size(let bounds, _):
      let size: JSON = [
        "type": "string", "pattern": #"^[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti|kB|MB|GB|TB)$"#, "examples": ["256Mi"],
      ]
      plain = bounds.contains(0) ? JSONObject([("anyOf", [["const": 0], size])]) : size.object ?? JSONObject()
    case .duration:
      plain = JSONObject([("type", "string"), ("pattern", #"^[0-9]+(\.[0-9]+)?(ms|s|m|h)$"#), ("examples", ["30s"])])
    case .cpus(let bounds, _):
      plain = JSONObject([("type", "number"), ("minimum", .number(JSONNumber(thousandths: bounds.lowerBound)))])
    case .boolean: plain = JSONObject([("type", "boolean")])
    case .word(let words):
      // YAML readers of editors take a bare 1 for a number.
      let values = words.map { word -> JSON in Int64(word).map { .integer($0) } ?? .string(word) }
      plain = JSONObject([("enum", .array(values))])
    case .text(let shape): plain = text(shape)
    case .optionalText(let shape): plain = JSONObject([("anyOf", [.object(text(shape)), ["type": "null"]])])
    }
    return scalar.takesUnlimited ? JSONObject([("anyOf", [.object(plain), ["const": "unlimited"]])]) : plain
  }

  private static func text(_ shape: TextShape) -> JSONObject {
    let pattern: String? =
      switch shape {
      case .policyName, .hostname: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
      case .path: "^/"
      case .user: "^[0-9]+:[0-9]+$"
      case .mask: "^[0-7]{1,4}$"
      case .variableName: "^[A-Za-z_][A-Za-z0-9_]*$"
      case .date: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
      case .rule: "^RF[0-9]{4}$"
      case .signal: "^SIG[A-Z]"
      case .release: "^[0-9]{8}$"
      case .syscallOrGroup: "^@?[a-z0-9_-]+$"
      case .syscall: "^[a-z0-9_]+$"
      case .line, .argument, .hostPath, .variableValue, .image, .host, .constant, .parameter, .capability, .control,
        .keyPath, .version, .identifier:
        nil
      }
    // Numbers and constants, and arguments that look like numbers, are text for the language and numbers for an editor.
    let types: JSON =
      switch shape {
      case .constant, .release: ["string", "integer"]
      case .argument: ["string", "number", "boolean"]
      default: "string"
      }
    var object = JSONObject([("type", types)])
    object["pattern"] = pattern.map(JSON.string)
    return object
  }
}
