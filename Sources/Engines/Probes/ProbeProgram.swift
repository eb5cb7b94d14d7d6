import Sandbox
import Seccomp

/// The program that looks around and tries things inside a sandbox, and says what it found, one `name=value` a line.
///
/// It needs perl, which every Debian has and which makes any system call without a compiler.
struct ProbeProgram: Sendable {
  let command: [String]

  /// Its last line. It then waits for the end of its input.
  static let cue = Array("ready=1\n".utf8)

  init(_ sandbox: Sandbox, tries: CallTries, in place: ProbePlace) {
    let numbers = Self.calls.map { "\($0)=\(Syscall(named: $0)?.number(on: .current) ?? .max)" }
    let filesystem = sandbox.filesystem
    let read = filesystem.read.map { "read=" + $0.destination }
    let write = filesystem.write.map { "write=" + $0.destination }
    let scratch = filesystem.tmpfs.map { "tmpfs=" + $0.path }
    let calls = tries.all.map { call in
      "call="
        + ([call.label, "\(call.number)"] + call.arguments.map { "\(Int64(bitPattern: $0))" }).joined(separator: ",")
    }
    // More than anybody limits processes to costs more time than it is worth; and the processes of another kernel may
    // each be many of this one's.
    let pids = sandbox.resources.pids.value ?? 0
    let forks = "forks=\(place.isHostKernel && pids <= Self.mostForks ? pids + 1 : 0)"
    command = ["/usr/bin/perl", "-e", Self.text] + numbers + read + write + scratch + calls + [forks]
  }

  static let mostForks: Int64 = 512

  private static let calls = ["getcwd", "uname", "prlimit64", "statfs", "prctl", "close", "faccessat"]

  /// Arguments are `name=value`. A path is a name of its own, so it has to be the last part of a line's name.
  private static let text = #"""
    $| = 1;
    my (%n, @read, @write, @tmpfs, @calls, $forks);
    for (@ARGV) {
      my ($name, $value) = split /=/, $_, 2;
      if ($name eq 'read') { push @read, $value } elsif ($name eq 'write') { push @write, $value }
      elsif ($name eq 'tmpfs') { push @tmpfs, $value } elsif ($name eq 'call') { push @calls, $value }
      elsif ($name eq 'forks') { $forks = $value } else { $n{$name} = $value }
    }
    sub say_ { my ($name, $value) = @_; s/\n/\\n/g for $name, $value; print "$name=$value\n" }
    sub first { open(my $file, '<', shift) or return; my $line = <$file>; chomp $line if defined $line; $line }
    sub lines { my $path = shift; open(my $file, '<', $path) or return (); my @lines = <$file>; chomp @lines; @lines }

    say_('uid', $>); my ($gid, @groups) = split / /, $); say_('gid', $gid); say_('groups', "@groups");
    my $text = "\0" x 4096; say_('cwd', $text =~ s/\0.*//sr) if syscall($n{getcwd}, $text, 4096) > 0;
    say_('umask', sprintf '%o', umask);
    $text = "\0" x 512; say_('host', substr($text, 65, 65) =~ s/\0.*//sr) if syscall($n{uname}, $text) == 0;
    for (['fsize', 1], ['stack', 3], ['core', 4], ['nproc', 6], ['nofile', 7]) {
      $text = "\0" x 16;
      say_("limit.$_->[0]", (unpack 'q2', $text)[1]) if syscall($n{prlimit64}, 0, $_->[1], 0, $text) == 0;
    }
    my $privileges = syscall($n{prctl}, 39, 0, 0, 0, 0);
    say_('privileges', $privileges) if $privileges >= 0;
    /^(Cap\w+|Seccomp):\s*(\S+)/ and say_($1, $2) for lines('/proc/self/status');
    say_("variable.$_", $ENV{$_}) for keys %ENV;

    my $root = '/ringfence-probe';
    say_('root', open(my $made, '>', $root) ? 'writable' : 'read-only'); unlink $root;
    sub usable { my $path = shift; syscall($n{faccessat}, -100, $path, 2) == 0 }
    my $index = 0;
    for (lines('/proc/self/mountinfo')) {
      say_('mount.' . $index++, $_);
      my $place = (split / /)[4] =~ s/\\([0-7]{3})/chr oct $1/egr; say_("usable.$place", 1) if usable($place);
    }
    opendir(my $top, '/'); say_("top.$_", 1) for grep { !/^\.\.?$/ } readdir $top;
    # The kernel looks whether the mount is read-only before it looks whose the file is.
    for (@read) { $! = 0; say_("read.$_", -e $_ ? utime(undef, undef, $_) ? 0 : $! + 0 : 'missing') }
    say_("write.$_", usable($_) ? 'writable' : -e $_ ? 'read-only' : 'missing') for @write;
    for (@tmpfs) {
      $text = "\0" x 256;
      if (syscall($n{statfs}, $_, $text) == 0) {
        my @f = unpack 'q7', $text; say_("tmpfs.size.$_", $f[1] * $f[2]); say_("tmpfs.files.$_", $f[5]);
      }
      my $try = "$_/ringfence-probe";
      if (open(my $file, '>', $try)) {
        print $file "#!/bin/sh\n"; close $file; chmod 0700, $try;
        say_("tmpfs.exec.$_", system($try) == 0 ? 'exec' : 'noexec'); unlink $try;
      }
    }

    say_('proc.own', -e '/proc/self/status' ? 1 : 0);
    say_('proc.version', first('/proc/version') // '');
    say_('proc.processes', scalar grep { /^\d+$/ } do { opendir(my $d, '/proc'); readdir $d });
    for (qw(meminfo cpuinfo stat modules interrupts kallsyms)) {
      say_("proc.machine.$_", 1) if defined first("/proc/$_");
    }
    for (qw(kcore sysrq-trigger)) { say_("proc.danger.$_", 1) if open(my $file, '+<', "/proc/$_") }
    say_('devices', -d '/dev' ? 1 : 0);
    if (opendir(my $dev, '/dev')) { say_("dev.$_", 1) for grep { !/^\.\.?$/ } readdir $dev }

    for (lines('/proc/self/net/dev')) { say_("interface.$1", 1) if /^\s*([^:\s]+):/ }
    if (socket(my $socket, 2, 1, 0)) {
      $! = 0; connect($socket, pack 'S n C4 x8', 2, 9, 127, 0, 0, 1); say_('loopback', $! + 0);
    }
    for (@calls) {
      my ($label, $number, @arguments) = split /,/, $_; $! = 0;
      my $value = syscall($number + 0, map { $_ + 0 } @arguments);
      say_("call.$label", $value == -1 ? $! + 0 : 0);
      syscall($n{close}, $value + 0) if $value > 2 && $label =~ /^family/;
    }

    if ($forks) {
      pipe(my $end, my $hold); my $count = 0;
      while ($count < $forks) {
        my $child = fork; last unless defined $child;
        if (!$child) { close $hold; sysread($end, my $byte, 1); exit }
        $count++;
      }
      close $hold; 1 while wait > 0; say_('forks', $count);
    }
    print "ready=1\n"; sysread(STDIN, my $end, 1);
    """#
}

/// What the program said.
struct ProbeFacts: Sendable {
  /// By bytes: names hold paths and names of variables, in which Unicode's equivalences have no place.
  private let values: [[UInt8]: String]

  init(_ output: [UInt8]) {
    var values: [[UInt8]: String] = [:]
    for line in output.split(separator: UInt8(ascii: "\n")) {
      // A name of a variable holds no equals sign, and of a path only the last part of a line may.
      guard let end = line.lastNameEnd else { continue }
      values[Array(line[..<end])] = String(decoding: line[(end + 1)...], as: UTF8.self)
    }
    self.values = values
  }

  subscript(name: String) -> String? { values[Array(name.utf8)] }

  func number(_ name: String) -> Int64? { self[name].flatMap { Int64($0) } }

  func names(after prefix: String) -> [String] {
    values.keys.filter { $0.starts(with: prefix.utf8) }
      .map { String(decoding: $0.dropFirst(prefix.utf8.count), as: UTF8.self) }.sorted()
  }
}

extension ArraySlice<UInt8> {
  /// The equals sign between name and value: the first for a variable, whose value may hold more, and the last for a
  /// path, whose name may.
  fileprivate var lastNameEnd: Int? {
    let equals = UInt8(ascii: "=")
    let isPath = ["read.", "write.", "usable.", "tmpfs."].contains { starts(with: $0.utf8) }
    return isPath ? lastIndex(of: equals) : firstIndex(of: equals)
  }
}
