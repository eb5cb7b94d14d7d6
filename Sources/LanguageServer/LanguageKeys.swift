import Policy

/// The declaration of the language, looked up by the place of a cursor.
enum LanguageKeys {
  /// What the value at a path looks like; nil where the language has nothing.
  static func shape(at path: [CursorContext.Step]) -> Shape? {
    var shape = Shape.map(Language.keys)
    for step in path {
      guard let next = self.shape(in: shape, at: step) else { return nil }
      shape = next
    }
    return shape
  }

  /// The key that a path ends with.
  static func key(at path: [CursorContext.Step]) -> Shape.Key? {
    guard case .key(let name)? = path.last, let shape = shape(at: path.dropLast()) else { return nil }
    return keys(of: shape).first { $0.name == name }
  }

  /// The keys that a map of this shape can have; none where a key is the user's.
  static func keys(of shape: Shape) -> [Shape.Key] {
    switch shape {
    case .map(let keys), .scalarOrMap(_, let keys): keys
    case .conditions: Language.condition
    case .scalar, .list, .dictionary, .scalarOrList: []
    }
  }

  private static func shape(in shape: Shape, at step: CursorContext.Step) -> Shape? {
    switch (step, shape) {
    case (.key, .dictionary(_, let value)): value
    case (.key(let name), _): keys(of: shape).first { $0.name == name }?.shape
    case (.item, .list(let item)): item
    case (.item, .scalarOrList(let scalar)): .scalar(scalar)
    case (.item, .conditions): .map(Language.condition)
    case (.item, .scalar), (.item, .map), (.item, .dictionary), (.item, .scalarOrMap): nil
    }
  }
}
