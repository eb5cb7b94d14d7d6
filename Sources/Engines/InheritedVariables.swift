import Glibc
package import Sandbox

extension Sandbox {
  /// The name of a variable that the environment inherits, with a value here that is not UTF-8; nil when there is none. No
  /// program is given one that has been mended.
  package var unreadableVariable: String? {
    environment.inherit.first { name in
      guard environment.set[name] == nil, let value = getenv(name) else { return false }
      return String(validatingCString: value) == nil
    }
  }
}
