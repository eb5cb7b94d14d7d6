import CLaunch
import Glibc

/// Descriptors to wait for together (poll(2)), which unlike epoll also takes regular files.
package struct PollSet {
  package struct Events: OptionSet, Sendable {
    package let rawValue: Int16
    package init(rawValue: Int16) { self.rawValue = rawValue }
    /// The standard library's own looks types up by name at run time.
    package init(arrayLiteral events: Events...) {
      rawValue = events.reduce(0) { $0 | $1.rawValue }
    }

    package static let readable = Events(rawValue: Int16(POLLIN))
    package static let writable = Events(rawValue: Int16(POLLOUT))
    /// Reported whether asked for or not.
    package static let gone = Events(rawValue: Int16(POLLHUP | POLLERR | POLLNVAL))
  }

  private var entries: [pollfd] = []
  /// Where in `entries` each place is; -1 for nowhere. The kernel takes no more entries than there can be open files,
  /// whatever is in them.
  private var places: [Int] = []

  package init() {
    entries.reserveCapacity(10)
    places.reserveCapacity(10)
  }

  package mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }

  /// Adds a descriptor, or a place that nothing happens at for -1. The result is its place.
  @discardableResult
  package mutating func add(_ descriptor: Int32, _ events: Events) -> Int {
    places.append(descriptor >= 0 ? entries.count : -1)
    if descriptor >= 0 { entries.append(pollfd(fd: descriptor, events: events.rawValue, revents: 0)) }
    return places.count - 1
  }

  /// What happened at a place, in the order of `add`.
  package func events(at place: Int) -> Events {
    let index = places[place]
    return Events(rawValue: index < 0 ? 0 : entries[index].revents)
  }

  /// Waits until something happens or the moment has come; nil waits for ever.
  package mutating func wait(until deadline: Instant?) throws(Errno) {
    let timeout = deadline.map { max(0, $0.nanoseconds - Instant.now.nanoseconds) } ?? -1
    do {
      try checked(entries.withUnsafeMutableBufferPointer { rf_ppoll($0.baseAddress, $0.count, timeout) })
    } catch .interrupted {
      for index in entries.indices { entries[index].revents = 0 }
    } catch .invalid {
      // "The nfds value exceeds the RLIMIT_NOFILE value", poll(2), should it have been lowered. Nothing else here can be invalid.
      throw .tooManyFiles
    }
  }
}
