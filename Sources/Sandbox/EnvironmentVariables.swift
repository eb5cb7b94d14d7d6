/// Variables by their names, in the order of the names' bytes.
///
/// No dictionary: the standard library makes the type of a dictionary of strings when a program first needs it, which takes
/// a short run longer than all that it does with it.
package struct EnvironmentVariables: Sendable, Equatable, RandomAccessCollection, ExpressibleByDictionaryLiteral {
  private struct Variable: Sendable, Equatable {
    let name: String
    var value: String
  }

  private var variables: [Variable] = []

  package init() {}

  package init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { self[name] = value }
  }

  /// The value of a name; nil where there is none, or to remove it.
  package subscript(name: String) -> String? {
    get {
      let index = place(of: name)
      return isAt(index, name) ? variables[index].value : nil
    }
    set {
      let index = place(of: name)
      switch (isAt(index, name), newValue) {
      case (true, let value?): variables[index].value = value
      case (false, let value?): variables.insert(Variable(name: name, value: value), at: index)
      case (true, nil): variables.remove(at: index)
      case (false, nil): break
      }
    }
  }

  package var keys: [String] { variables.map(\.name) }

  package var startIndex: Int { 0 }
  package var endIndex: Int { variables.count }
  package subscript(index: Int) -> (key: String, value: String) { (variables[index].name, variables[index].value) }

  private func isAt(_ index: Int, _ name: String) -> Bool {
    index < variables.count && variables[index].name.utf8.elementsEqual(name.utf8)
  }

  private func place(of name: String) -> Int {
    var index = 0
    while index < variables.count, variables[index].name.utf8.lexicographicallyPrecedes(name.utf8) { index += 1 }
    return index
  }
}
