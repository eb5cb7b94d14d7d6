import CLaunch
import Glibc

/// One line of /proc/PID/cgroup (cgroups(7)): `4:cpu,cpuacct:/path`. Read byte by byte: a run waits for it, and what the
/// standard library does with parts of strings looks types up by name at run time.
private struct Membership {
  let controllers: String
  let path: String

  /// Calls with each that is in controllers; version 2's is in none.
  static func forEach(in text: String, _ body: (Membership) -> Void) {
    var text = text
    text.withUTF8 { text in
      // Where the fields of the line begin. The path itself may hold colons.
      var (controllers, path) = (0, 0)
      for place in text.indices {
        switch text[place] {
        case UInt8(ascii: ":") where controllers == 0: controllers = place + 1
        case UInt8(ascii: ":") where path == 0: path = place + 1
        case UInt8(ascii: "\n"):
          if path > controllers + 1 {
            body(
              Membership(
                controllers: String(decoding: text[controllers..<path - 1], as: UTF8.self),
                path: String(decoding: text[path..<place], as: UTF8.self)
              )
            )
          }
          (controllers, path) = (0, 0)
        default: break
        }
      }
    }
  }

  func names(_ controller: Controller) -> Bool {
    let name = controller.rawValue.utf8
    var rest = name.makeIterator()
    var isAlike = true
    for byte in controllers.utf8 {
      if byte != UInt8(ascii: ",") {
        isAlike = rest.next() == byte && isAlike
      } else if isAlike, rest.next() == nil {
        return true
      } else {
        (rest, isAlike) = (name.makeIterator(), true)
      }
    }
    return isAlike && rest.next() == nil
  }
}

/// Where on this host the control groups of a run can be made: below the caller's own, so that limits of the caller's
/// hold for the run too.
package struct ControlGroupHost: Sendable {
  package enum Version: Int, Sendable {
    case one = 1
    case two = 2

    /// That of this host; a hybrid one is of version 1.
    package static var current: Version {
      rf_filesystem_type(ControlGroupHost.mountPoint) == ControlGroupHost.version2Magic ? .two : .one
    }
  }

  package let version: Version
  /// The directory for each controller that can be used.
  package private(set) var parents: ByController
  /// Why the others cannot.
  package private(set) var obstacles: ByController
  /// The group that we moved out of, to have it hand its controllers down.
  private var abandoned: String?

  /// A host on which the groups can be made in one directory.
  package init(version: Version, directory: String, controllers: [Controller]) {
    self.version = version
    (parents, obstacles) = (ByController(), ByController())
    for controller in Controller.allCases {
      if controllers.contains(controller) {
        parents[controller] = directory
      } else {
        obstacles[controller] = "not handed down"
      }
    }
  }

  private init(
    version: Version,
    parents: ByController,
    obstacles: ByController,
    abandoned: String? = nil
  ) {
    self.version = version
    self.parents = parents
    self.obstacles = obstacles
    self.abandoned = abandoned
  }

  /// Where the groups of runs are made.
  package var folders: [String] {
    var folders: [String] = []
    for controller in Controller.allCases {
      if let folder = parents[controller], !folders.contains(folder) { folders.append(folder) }
    }
    return folders
  }

  /// Notes controllers that turned out not to be usable.
  package mutating func exclude(_ failures: [Controller: Errno]) {
    for (controller, errno) in failures {
      obstacles[controller] = "\(parents[controller] ?? Self.mountPoint): \(errno.text) (\(errno.name))"
      parents[controller] = nil
    }
  }

  private static let mountPoint = "/sys/fs/cgroup"
  private static let version2Magic: Int64 = 0x6367_7270

  /// Looks for the groups that a run can have: below the caller's own, or with version 2 below the one that the variable
  /// `RINGFENCE_CGROUP` names, absolute or relative to the hierarchy's root.
  ///
  /// - Throws: When it cannot be told what there is, for want of descriptors or memory.
  package static func discover() throws(Errno) -> ControlGroupHost {
    let parent = getenv("RINGFENCE_CGROUP").map { String(cString: $0) }
    let memberships: String
    do {
      memberships = try KernelFile.read("/proc/self/cgroup", limit: 16384)
    } catch .missing {
      memberships = ""
    }
    return discover(in: mountPoint, version: .current, memberships: memberships, parent: parent)
  }

  /// The same in a hierarchy that is mounted somewhere else, for a process whose /proc/PID/cgroup is `memberships`.
  package static func discover(
    in mountPoint: String,
    version: Version,
    memberships: String,
    parent: String?
  ) -> ControlGroupHost {
    switch version {
    case .one: versionOne(memberships: memberships, in: mountPoint)
    case .two: versionTwo(memberships: memberships, parent: parent, in: mountPoint)
    }
  }

  private static func versionOne(memberships: String, in mountPoint: String) -> ControlGroupHost {
    var parents = ByController()
    var obstacles = ByController()
    Membership.forEach(in: memberships) { membership in
      for controller in Controller.allCases where membership.names(controller) {
        // In a container the path may be the host's, while the mount shows only the container's own group.
        let own = membership.path == "/" ? "" : membership.path
        search: for path in [own, ""] {
          for name in [membership.controllers, controller.rawValue] {
            let candidate = "\(mountPoint)/\(name)\(path)"
            if access(candidate, W_OK) == 0 {
              parents[controller] = candidate
              break search
            }
            if errno != ENOENT {
              obstacles[controller] = "\(candidate) belongs to somebody else"
              break search
            }
          }
        }
      }
    }
    for controller in Controller.allCases where parents[controller] == nil && obstacles[controller] == nil {
      obstacles[controller] = "no \(controller.rawValue) control group hierarchy is mounted in \(mountPoint)"
    }
    return ControlGroupHost(version: .one, parents: parents, obstacles: obstacles)
  }

  private static func versionTwo(memberships: String, parent: String?, in mountPoint: String) -> ControlGroupHost {
    var own = "/"
    for line in memberships.split(separator: "\n") where line.hasPrefix("0::") { own = String(line.dropFirst(3)) }
    var candidate = mountPoint + (own == "/" ? "" : own)
    if let parent {
      candidate = parent.hasPrefix(mountPoint) ? parent : mountPoint + (parent.hasPrefix("/") ? "" : "/") + parent
    }
    var best: (directory: String, controllers: Set<Controller>)?
    var refused: String?
    var abandoned: String?
    // Upwards from the caller's own group to the first that hands down the controllers, or can be made to.
    while candidate.utf8.count >= mountPoint.utf8.count {
      if access(candidate, W_OK) != 0 || access(candidate + "/cgroup.procs", W_OK) != 0 {
        refused = refused ?? candidate
      } else {
        let controllers = handDownControllers(
          in: candidate,
          isOwn: candidate == mountPoint + (own == "/" ? "" : own),
          abandoned: &abandoned
        )
        if controllers.count > best?.controllers.count ?? 0 { best = (candidate, controllers) }
      }
      guard parent == nil, best?.controllers.count != wanted.count, let slash = candidate.lastIndex(of: "/") else {
        break
      }
      candidate = String(candidate[..<slash])
    }
    var parents = ByController()
    var obstacles = ByController()
    for controller in Controller.allCases {
      if let best, best.controllers.contains(controller) || controller == .cpuAccounting {
        parents[controller] = best.directory
      } else {
        obstacles[controller] = refused.map { "\($0) belongs to somebody else" } ?? "no group hands the controller down"
      }
    }
    return ControlGroupHost(version: .two, parents: parents, obstacles: obstacles, abandoned: abandoned)
  }

  private static let wanted: [Controller] = [.memory, .pids, .cpu]

  /// Has a group hand its controllers down to the groups in it, where it does not yet. The controllers that it then does.
  private static func handDownControllers(
    in directory: String,
    isOwn: Bool,
    abandoned: inout String?
  ) -> Set<Controller> {
    let file = directory + "/cgroup.subtree_control"
    let missing = wanted.filter { !controllers(in: file).contains($0) }
    if !missing.isEmpty {
      let available = controllers(in: directory + "/cgroup.controllers")
      let change = missing.filter(available.contains).map { "+" + $0.rawValue }.joined(separator: " ")
      if !change.isEmpty {
        do {
          try KernelFile.write(change, to: file)
        } catch .busy where isOwn {
          // A group with processes of its own hands nothing down (cgroups(7), "no internal processes").
          if moveAside(in: directory) {
            abandoned = directory
            try? KernelFile.write(change, to: file)
          }
        } catch {
          // Somebody else's to decide.
        }
      }
    }
    return controllers(in: file)
  }

  /// Moves this process into a group below its own, where it is alone in it: what a scope of systemd's with delegation
  /// is like.
  private static func moveAside(in directory: String) -> Bool {
    guard let members = try? KernelFile.read(directory + "/cgroup.procs"),
      members.split(separator: "\n") == ["\(getpid())"]
    else { return false }
    let aside = directory + asideName
    guard mkdir(aside, 0o755) == 0 || errno == EEXIST else { return false }
    return (try? KernelFile.write("\(getpid())", to: aside + "/cgroup.procs")) != nil
  }

  private static let asideName = "/ringfence-supervisor"

  /// Undoes what `discover` did to the caller's own group, once nothing of ours is left in it. Somebody else who has
  /// begun to use it keeps it as it is.
  package func restore() {
    guard let abandoned else { return }
    let change = Self.wanted.map { "-" + $0.rawValue }.joined(separator: " ")
    try? KernelFile.write(change, to: abandoned + "/cgroup.subtree_control")
    try? KernelFile.write("\(getpid())", to: abandoned + "/cgroup.procs")
    rmdir(abandoned + Self.asideName)
  }

  private static func controllers(in file: String) -> Set<Controller> {
    let names = ((try? KernelFile.read(file)) ?? "").split(whereSeparator: { $0 == " " || $0 == "\n" })
    return Set(names.compactMap { Controller(rawValue: String($0)) })
  }
}
