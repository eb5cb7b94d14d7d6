// swift-format-ignore-file
// Generated from the shipped policies: `RINGFENCE_RECORD=1 swift test --filter GeneratedFilesTests`. Do not edit.
import Sandbox

extension CompiledPolicy {
  #if arch(x86_64)
    package static func lineage(of name: String) -> [String]? {
      switch name {
      case "build-offline": ["build-offline", "hardened"]
      case "code-tools": ["code-tools", "python-untrusted", "hardened"]
      case "cpp-judge": ["cpp-judge", "hardened"]
      case "hardened": ["hardened"]
      case "node-untrusted": ["node-untrusted", "hardened"]
      case "python-untrusted": ["python-untrusted", "hardened"]
      case "shell-offline": ["shell-offline", "hardened"]
      default: nil
      }
    }

    package static func compiled(_ name: String) -> CompiledPolicy? {
      switch name {
      case "build-offline": buildOffline
      case "code-tools": codeTools
      case "cpp-judge": cppJudge
      case "hardened": hardened
      case "node-untrusted": nodeUntrusted
      case "python-untrusted": pythonUntrusted
      case "shell-offline": shellOffline
      default: nil
      }
    }

    private static var buildOffline: CompiledPolicy {
      var sandbox = Sandbox(name: "build-offline", summary: "Builds sources with make and gcc, with no network.")
      sandbox.process.command = ["make"]
      sandbox.process.workingDirectory = "/build"
      sandbox.environment.inherit = ["LANG"]
      sandbox.environment.set["HOME"] = "/build"
      sandbox.environment.set["PATH"] = "/usr/local/bin:/usr/bin:/bin"
      sandbox.environment.set["TMPDIR"] = "/build"
      sandbox.filesystem.image = ImageReference(reference: "gcc:12")
      sandbox.filesystem.read = [.system("/bin"), .system("/lib"), .system("/lib64"), .system("/usr"), .system("/etc/ld.so.cache"), .system("/etc/alternatives")]
      sandbox.filesystem.tmpfs.append(
        TmpfsMount(path: "/tmp", size: ByteCount(bytes: 67108864), inodes: 4096, executable: false))
      sandbox.filesystem.tmpfs.append(
        TmpfsMount(path: "/build", size: ByteCount(bytes: 536870912), inodes: 65536, executable: true))
      sandbox.filesystem.proc = .minimal
      sandbox.filesystem.dev = .minimal
      sandbox.resources.memory = .limited(ByteCount(bytes: 1073741824))
      sandbox.resources.fileSize = .limited(ByteCount(bytes: 268435456))
      sandbox.resources.output = .limited(ByteCount(bytes: 4194304))
      sandbox.resources.cpuTime = .limited(Milliseconds(300000))
      sandbox.resources.wallTime = .limited(Milliseconds(600000))
      sandbox.resources.pids = .limited(256)
      sandbox.resources.openFiles = .limited(1024)
      sandbox.resources.cpus = .limited(MilliCPUs(2000))
      return CompiledPolicy(sandbox: sandbox, digest: "sha256:7f0910cc1fd6f546945b8d6d43a390f94f663e7332a00eb576cbaf362c6b3a72", leavesNothingBehind: true, filter: [
        0x0000000400000020, 0xc000003e62000015, 0x0000000000000020, 0x000000f6002d0035,
        0x0000008600120035, 0x0000003800080035, 0x0000001000040015, 0x0000002900010015,
        0x0000003556000015, 0x0000001000000020, 0x0000000156540015, 0x0000001800000020,
        0x0000541200540015, 0x0000541c51530015, 0x0000003800060015, 0x0000004800020015,
        0x0000006500500015, 0x000000674d4f0015, 0x0000001800000020, 0x00000400004d0015,
        0x000004024a4c0015, 0x0000001000000020, 0x7e020000484a0045, 0x000000ba00110035,
        0x0000009e000e0035, 0x00000099000a0035, 0x0000008600460015, 0x0000008700020015,
        0x0000008800440015, 0x0000008b41430015, 0x0000001000000020, 0x00000000003f0015,
        0x00000008003e0015, 0x00020000003d0015, 0x00020008003c0015, 0xffffffff3d3b0015,
        0x0000009d3c000015, 0x0000001000000020, 0x00000043383a0015, 0x000000a137000035,
        0x000000a238360015, 0x000000d300020035, 0x000000ce00360035, 0x000000c933350015,
        0x000000ec00030035, 0x000000d400330015, 0x000000d800320015, 0x000000e32f310015,
        0x000000f0302e0035, 0x0000015100200035, 0x0000012a00060035, 0x000000fb00010035,
        0x000000f72c2a0015, 0x000000fe002b0015, 0x00000100002a0015, 0x0000011000290015,
        0x0000011726280015, 0x0000013a00080035, 0x0000013400060035, 0x0000012a00250015,
        0x0000012c00240015, 0x0000012e00010015, 0x0000013020220015, 0x0000001000000020,
        0x00000000201e0015, 0x000001351f1d0015, 0x0000014200070035, 0x00000140001d0035,
        0x0000013d00030015, 0x0000013f19000015, 0x0000001800000020, 0x0000000819170045,
        0x0000001800000020, 0x0000000815170045, 0x0000014300160015, 0x0000014400020015,
        0x0000014d00140015, 0x0000015011130015, 0x0000001000000020, 0x0000000100110015,
        0x0000000200100015, 0x000000040d0f0015, 0x000001a810000035, 0x000001bc00060035,
        0x000001b200010035, 0x000001a9090b0035, 0x000001b600010035, 0x000001b3070b0015,
        0x000001b700060015, 0x000001b907050015, 0x000001ce00030035, 0x000001c900050035,
        0x000001bf00040015, 0x000001c201030015, 0x000001d300010035, 0x7fff000000000006,
        0x000001d800010035, 0x0005000100000006, 0x4000000000010035, 0x0005002600000006,
        0x8000000000000006,
      ])
    }

    private static var codeTools: CompiledPolicy {
      var sandbox = Sandbox(name: "code-tools", summary: "What an AI agent uses to try out the code that it writes.")
      sandbox.process.command = ["python3", "-I", "-"]
      sandbox.process.workingDirectory = "/work"
      sandbox.environment.inherit = ["LANG"]
      sandbox.environment.set["HOME"] = "/work"
      sandbox.environment.set["PATH"] = "/usr/local/bin:/usr/bin:/bin"
      sandbox.environment.set["PYTHONDONTWRITEBYTECODE"] = "1"
      sandbox.filesystem.image = ImageReference(reference: "python:3.12-slim")
      sandbox.filesystem.read = [.system("/bin"), .system("/lib"), .system("/lib64"), .system("/usr"), .system("/etc/ld.so.cache"), .system("/etc/alternatives")]
      sandbox.filesystem.tmpfs.append(
        TmpfsMount(path: "/tmp", size: ByteCount(bytes: 67108864), inodes: 4096, executable: false))
      sandbox.filesystem.tmpfs.append(
        TmpfsMount(path: "/work", size: ByteCount(bytes: 67108864), inodes: 4096, executable: false))
      sandbox.filesystem.proc = .minimal
      sandbox.filesystem.dev = .minimal
      sandbox.resources.memory = .limited(ByteCount(bytes: 268435456))
      sandbox.resources.pids = .limited(64)
      sandbox.resources.openFiles = .limited(256)
      sandbox.resources.cpus = .limited(MilliCPUs(500))
      sandbox.alerts.memory = ByteCount(bytes: 209715200)
      sandbox.alerts.wallTime = Milliseconds(25000)
      return CompiledPolicy(sandbox: sandbox, digest: "sha256:c0f96aee6e9514c1c17a7ecb6355469b34e9881a5b4594d1e4a6e7d07bb428bf", leavesNothingBehind: true, filter: [
        0x0000000400000020, 0xc000003e62000015, 0x0000000000000020, 0x000000f6002d0035,
        0x0000008600120035, 0x0000003800080035, 0x0000001000040015, 0x0000002900010015,
        0x0000003556000015, 0x0000001000000020, 0x0000000156540015, 0x0000001800000020,
        0x0000541200540015, 0x0000541c51530015, 0x0000003800060015, 0x0000004800020015,
        0x0000006500500015, 0x000000674d4f0015, 0x0000001800000020, 0x00000400004d0015,
        0x000004024a4c0015, 0x0000001000000020, 0x7e020000484a0045, 0x000000ba00110035,
        0x0000009e000e0035, 0x00000099000a0035, 0x0000008600460015, 0x0000008700020015,
        0x0000008800440015, 0x0000008b41430015, 0x0000001000000020, 0x00000000003f0015,
        0x00000008003e0015, 0x00020000003d0015, 0x00020008003c0015, 0xffffffff3d3b0015,
        0x0000009d3c000015, 0x0000001000000020, 0x00000043383a0015, 0x000000a137000035,
        0x000000a238360015, 0x000000d300020035, 0x000000ce00360035, 0x000000c933350015,
        0x000000ec00030035, 0x000000d400330015, 0x000000d800320015, 0x000000e32f310015,
        0x000000f0302e0035, 0x0000015100200035, 0x0000012a00060035, 0x000000fb00010035,
        0x000000f72c2a0015, 0x000000fe002b0015, 0x00000100002a0015, 0x0000011000290015,
        0x0000011726280015, 0x0000013a00080035, 0x0000013400060035, 0x0000012a00250015,
        0x0000012c00240015, 0x0000012e00010015, 0x0000013020220015, 0x0000001000000020,
        0x00000000201e0015, 0x000001351f1d0015, 0x0000014200070035, 0x00000140001d0035,
        0x0000013d00030015, 0x0000013f19000015, 0x0000001800000020, 0x0000000819170045,
        0x0000001800000020, 0x0000000815170045, 0x0000014300160015, 0x0000014400020015,
        0x0000014d00140015, 0x0000015011130015, 0x0000001000000020, 0x0000000100110015,
        0x0000000200100015, 0x000000040d0f0015, 0x000001a810000035, 0x000001bc00060035,
        0x000001b200010035, 0x000001a9090b0035, 0x000001b600010035, 0x000001b3070b0015,
        0x000001b700060015, 0x000001b907050015, 0x000001ce00030035, 0x000001c900050035,
        0x000001bf00040015, 0x000001c201030015, 0x000001d300010035, 0x7fff000000000006,
        0x000001d800010035, 0x0005000100000006, 0x4000000000010035, 0x0005002600000006,
        0x8000000000000006,
      ])
    }

    private static var cppJudge: CompiledPolicy {
      var sandbox = Sandbox(name: "cpp-judge", summary: "Compiles and runs contestants\' C++ programs.")
      sandbox.process.command = ["sh", "-c", "g++ -O2 -std=c++17 -x c++ - -o program && exec ./program"]
      sandbox.process.workingDirectory = "/work"
      sandbox.environment.inherit = ["LANG"]
      sandbox.environment.set["HOME"] = "/work"
      sandbox.environment.set["PATH"] = "/usr/local/bin:/usr/bin:/bin"
      sandbox.environment.set["TMPDIR"] = "/work"
      sandbox.filesystem.image = ImageReference(reference: "gcc:12")
      sandbox.filesystem.read = [.system("/bin"), .system("/lib"), .system("/lib64"), .system("/usr"), .system("/etc/ld.so.cache"), .system("/etc/alternatives")]
      sandbox.filesystem.tmpfs.append(
        TmpfsMount(path: "/work", size: ByteCount(bytes: 134217728), inodes: 4096, executable: true))
      sandbox.filesystem.proc = .minimal
      sandbox.filesystem.dev = .minimal
      sandbox.resources.memory = .limited(ByteCount(bytes: 536870912))
      sandbox.resources.fileSize = .limited(ByteCount(bytes: 67108864))
      sandbox.resources.stack = .limited(ByteCount(bytes: 67108864))
      sandbox.resources.pids = .limited(64)
      sandbox.resources.openFiles = .limited(256)
      return CompiledPolicy(sandbox: sandbox, digest: "sha256:d1812309f3d7619a21d518719b26e0b804f9b4932253b48109d98c64bf0c3b62", leavesNothingBehind: true, filter: [
        0x0000000400000020, 0xc000003e62000015, 0x0000000000000020, 0x000000f6002d0035,
        0x0000008600120035, 0x0000003800080035, 0x0000001000040015, 0x0000002900010015,
        0x0000003556000015, 0x0000001000000020, 0x0000000156540015, 0x0000001800000020,
        0x0000541200540015, 0x0000541c51530015, 0x0000003800060015, 0x0000004800020015,
        0x0000006500500015, 0x000000674d4f0015, 0x0000001800000020, 0x00000400004d0015,
        0x000004024a4c0015, 0x0000001000000020, 0x7e020000484a0045, 0x000000ba00110035,
        0x0000009e000e0035, 0x00000099000a0035, 0x0000008600460015, 0x0000008700020015,
        0x0000008800440015, 0x0000008b41430015, 0x0000001000000020, 0x00000000003f0015,
        0x00000008003e0015, 0x00020000003d0015, 0x00020008003c0015, 0xffffffff3d3b0015,
        0x0000009d3c000015, 0x0000001000000020, 0x00000043383a0015, 0x000000a137000035,
        0x000000a238360015, 0x000000d300020035, 0x000000ce00360035, 0x000000c933350015,
        0x000000ec00030035, 0x000000d400330015, 0x000000d800320015, 0x000000e32f310015,
        0x000000f0302e0035, 0x0000015100200035, 0x0000012a00060035, 0x000000fb00010035,
        0x000000f72c2a0015, 0x000000fe002b0015, 0x00000100002a0015, 0x0000011000290015,
        0x0000011726280015, 0x0000013a00080035, 0x0000013400060035, 0x0000012a00250015,
        0x0000012c00240015, 0x0000012e00010015, 0x0000013020220015, 0x0000001000000020,
        0x00000000201e0015, 0x000001351f1d0015, 0x0000014200070035, 0x00000140001d0035,
        0x0000013d00030015, 0x0000013f19000015, 0x0000001800000020, 0x0000000819170045,
        0x0000001800000020, 0x0000000815170045, 0x0000014300160015, 0x0000014400020015,
        0x0000014d00140015, 0x0000015011130015, 0x0000001000000020, 0x0000000100110015,
        0x0000000200100015, 0x000000040d0f0015, 0x000001a810000035, 0x000001bc00060035,
        0x000001b200010035, 0x000001a9090b0035, 0x000001b600010035, 0x000001b3070b0015,
        0x000001b700060015, 0x000001b907050015, 0x000001ce00030035, 0x000001c900050035,
        0x000001bf00040015, 0x000001c201030015, 0x000001d300010035, 0x7fff000000000006,
        0x000001d800010035, 0x0005000100000006, 0x4000000000010035, 0x0005002600000006,
        0x8000000000000006,
      ])
    }

    private static var hardened: CompiledPolicy {
      var sandbox = Sandbox(name: "hardened", summary: "The base. No network, no capabilities, a read-only root, small limits.")
      sandbox.process.workingDirectory = "/tmp"
      sandbox.environment.inherit = ["LANG"]
      sandbox.environment.set["HOME"] = "/tmp"
      sandbox.environment.set["PATH"] = "/usr/local/bin:/usr/bin:/bin"
      sandbox.filesystem.image = ImageReference(reference: "debian:12-slim")
      sandbox.filesystem.read = [.system("/bin"), .system("/lib"), .system("/lib64"), .system("/usr"), .system("/etc/ld.so.cache"), .system("/etc/alternatives")]
      sandbox.filesystem.tmpfs.append(
        TmpfsMount(path: "/tmp", size: ByteCount(bytes: 67108864), inodes: 4096, executable: false))
      sandbox.filesystem.proc = .minimal
      sandbox.filesystem.dev = .minimal
      sandbox.resources.memory = .limited(ByteCount(bytes: 268435456))
      sandbox.resources.pids = .limited(64)
      sandbox.resources.openFiles = .limited(256)
      return CompiledPolicy(sandbox: sandbox, digest: "sha256:3fad9e135f15ee08f4d183e187c1ace5631514ab2ad9776d91897054e15be43a", leavesNothingBehind: true, filter: [
        0x0000000400000020, 0xc000003e62000015, 0x0000000000000020, 0x000000f6002d0035,
        0x0000008600120035, 0x0000003800080035, 0x0000001000040015, 0x0000002900010015,
        0x0000003556000015, 0x0000001000000020, 0x0000000156540015, 0x0000001800000020,
        0x0000541200540015, 0x0000541c51530015, 0x0000003800060015, 0x0000004800020015,
        0x0000006500500015, 0x000000674d4f0015, 0x0000001800000020, 0x00000400004d0015,
        0x000004024a4c0015, 0x0000001000000020, 0x7e020000484a0045, 0x000000ba00110035,
        0x0000009e000e0035, 0x00000099000a0035, 0x0000008600460015, 0x0000008700020015,
        0x0000008800440015, 0x0000008b41430015, 0x0000001000000020, 0x00000000003f0015,
        0x00000008003e0015, 0x00020000003d0015, 0x00020008003c0015, 0xffffffff3d3b0015,
        0x0000009d3c000015, 0x0000001000000020, 0x00000043383a0015, 0x000000a137000035,
        0x000000a238360015, 0x000000d300020035, 0x000000ce00360035, 0x000000c933350015,
        0x000000ec00030035, 0x000000d400330015, 0x000000d800320015, 0x000000e32f310015,
        0x000000f0302e0035, 0x0000015100200035, 0x0000012a00060035, 0x000000fb00010035,
        0x000000f72c2a0015, 0x000000fe002b0015, 0x00000100002a0015, 0x0000011000290015,
        0x0000011726280015, 0x0000013a00080035, 0x0000013400060035, 0x0000012a00250015,
        0x0000012c00240015, 0x0000012e00010015, 0x0000013020220015, 0x0000001000000020,
        0x00000000201e0015, 0x000001351f1d0015, 0x0000014200070035, 0x00000140001d0035,
        0x0000013d00030015, 0x0000013f19000015, 0x0000001800000020, 0x0000000819170045,
        0x0000001800000020, 0x0000000815170045, 0x0000014300160015, 0x0000014400020015,
        0x0000014d00140015, 0x0000015011130015, 0x0000001000000020, 0x0000000100110015,
        0x0000000200100015, 0x000000040d0f0015, 0x000001a810000035, 0x000001bc00060035,
        0x000001b200010035, 0x000001a9090b0035, 0x000001b600010035, 0x000001b3070b0015,
        0x000001b700060015, 0x000001b907050015, 0x000001ce00030035, 0x000001c900050035,
        0x000001bf00040015, 0x000001c201030015, 0x000001d300010035, 0x7fff000000000006,
        0x000001d800010035, 0x0005000100000006, 0x4000000000010035, 0x0005002600000006,
        0x8000000000000006,
      ])
    }

    private static var nodeUntrusted: CompiledPolicy {
      var sandbox = Sandbox(name: "node-untrusted", summary: "Untrusted JavaScript under Node.js with no network and one scratch directory.")
      sandbox.process.command = ["node", "-"]
      sandbox.process.workingDirectory = "/work"
      sandbox.environment.inherit = ["LANG"]
      sandbox.environment.set["HOME"] = "/work"
      sandbox.environment.set["PATH"] = "/usr/local/bin:/usr/bin:/bin"
      sandbox.filesystem.image = ImageReference(reference: "node:20-slim")
      sandbox.filesystem.read = [.system("/bin"), .system("/lib"), .system("/lib64"), .system("/usr"), .system("/etc/ld.so.cache"), .system("/etc/alternatives")]
      sandbox.filesystem.tmpfs.append(
        TmpfsMount(path: "/tmp", size: ByteCount(bytes: 67108864), inodes: 4096, executable: false))
      sandbox.filesystem.tmpfs.append(
        TmpfsMount(path: "/work", size: ByteCount(bytes: 67108864), inodes: 4096, executable: false))
      sandbox.filesystem.proc = .minimal
      sandbox.filesystem.dev = .minimal
      sandbox.resources.memory = .limited(ByteCount(bytes: 536870912))
      sandbox.resources.pids = .limited(64)
      sandbox.resources.openFiles = .limited(256)
      return CompiledPolicy(sandbox: sandbox, digest: "sha256:f26525c473dd98af678394792dacc9cca5e786aa556ac83fc843c47d218e8732", leavesNothingBehind: true, filter: [
        0x0000000400000020, 0xc000003e62000015, 0x0000000000000020, 0x000000f6002d0035,
        0x0000008600120035, 0x0000003800080035, 0x0000001000040015, 0x0000002900010015,
        0x0000003556000015, 0x0000001000000020, 0x0000000156540015, 0x0000001800000020,
        0x0000541200540015, 0x0000541c51530015, 0x0000003800060015, 0x0000004800020015,
        0x0000006500500015, 0x000000674d4f0015, 0x0000001800000020, 0x00000400004d0015,
        0x000004024a4c0015, 0x0000001000000020, 0x7e020000484a0045, 0x000000ba00110035,
        0x0000009e000e0035, 0x00000099000a0035, 0x0000008600460015, 0x0000008700020015,
        0x0000008800440015, 0x0000008b41430015, 0x0000001000000020, 0x00000000003f0015,
        0x00000008003e0015, 0x00020000003d0015, 0x00020008003c0015, 0xffffffff3d3b0015,
        0x0000009d3c000015, 0x0000001000000020, 0x00000043383a0015, 0x000000a137000035,
        0x000000a238360015, 0x000000d300020035, 0x000000ce00360035, 0x000000c933350015,
        0x000000ec00030035, 0x000000d400330015, 0x000000d800320015, 0x000000e32f310015,
        0x000000f0302e0035, 0x0000015100200035, 0x0000012a00060035, 0x000000fb00010035,
        0x000000f72c2a0015, 0x000000fe002b0015, 0x00000100002a0015, 0x0000011000290015,
        0x0000011726280015, 0x0000013a00080035, 0x0000013400060035, 0x0000012a00250015,
        0x0000012c00240015, 0x0000012e00010015, 0x0000013020220015, 0x0000001000000020,
        0x00000000201e0015, 0x000001351f1d0015, 0x0000014200070035, 0x00000140001d0035,
        0x0000013d00030015, 0x0000013f19000015, 0x0000001800000020, 0x0000000819170045,
        0x0000001800000020, 0x0000000815170045, 0x0000014300160015, 0x0000014400020015,
        0x0000014d00140015, 0x0000015011130015, 0x0000001000000020, 0x0000000100110015,
        0x0000000200100015, 0x000000040d0f0015, 0x000001a810000035, 0x000001bc00060035,
        0x000001b200010035, 0x000001a9090b0035, 0x000001b600010035, 0x000001b3070b0015,
        0x000001b700060015, 0x000001b907050015, 0x000001ce00030035, 0x000001c900050035,
        0x000001bf00040015, 0x000001c201030015, 0x000001d300010035, 0x7fff000000000006,
        0x000001d800010035, 0x0005000100000006, 0x4000000000010035, 0x0005002600000006,
        0x8000000000000006,
      ])
    }

    private static var pythonUntrusted: CompiledPolicy {
      var sandbox = Sandbox(name: "python-untrusted", summary: "Untrusted Python with no network and one scratch directory.")
      sandbox.process.command = ["python3", "-I", "-"]
      sandbox.process.workingDirectory = "/work"
      sandbox.environment.inherit = ["LANG"]
      sandbox.environment.set["HOME"] = "/work"
      sandbox.environment.set["PATH"] = "/usr/local/bin:/usr/bin:/bin"
      sandbox.environment.set["PYTHONDONTWRITEBYTECODE"] = "1"
      sandbox.filesystem.image = ImageReference(reference: "python:3.12-slim")
      sandbox.filesystem.read = [.system("/bin"), .system("/lib"), .system("/lib64"), .system("/usr"), .system("/etc/ld.so.cache"), .system("/etc/alternatives")]
      sandbox.filesystem.tmpfs.append(
        TmpfsMount(path: "/tmp", size: ByteCount(bytes: 67108864), inodes: 4096, executable: false))
      sandbox.filesystem.tmpfs.append(
        TmpfsMount(path: "/work", size: ByteCount(bytes: 67108864), inodes: 4096, executable: false))
      sandbox.filesystem.proc = .minimal
      sandbox.filesystem.dev = .minimal
      sandbox.resources.memory = .limited(ByteCount(bytes: 268435456))
      sandbox.resources.pids = .limited(64)
      sandbox.resources.openFiles = .limited(256)
      return CompiledPolicy(sandbox: sandbox, digest: "sha256:feccdc3e9378fd63d96a95747b93d7aead65c6f5316a15c2d1858790b06123a2", leavesNothingBehind: true, filter: [
        0x0000000400000020, 0xc000003e62000015, 0x0000000000000020, 0x000000f6002d0035,
        0x0000008600120035, 0x0000003800080035, 0x0000001000040015, 0x0000002900010015,
        0x0000003556000015, 0x0000001000000020, 0x0000000156540015, 0x0000001800000020,
        0x0000541200540015, 0x0000541c51530015, 0x0000003800060015, 0x0000004800020015,
        0x0000006500500015, 0x000000674d4f0015, 0x0000001800000020, 0x00000400004d0015,
        0x000004024a4c0015, 0x0000001000000020, 0x7e020000484a0045, 0x000000ba00110035,
        0x0000009e000e0035, 0x00000099000a0035, 0x0000008600460015, 0x0000008700020015,
        0x0000008800440015, 0x0000008b41430015, 0x0000001000000020, 0x00000000003f0015,
        0x00000008003e0015, 0x00020000003d0015, 0x00020008003c0015, 0xffffffff3d3b0015,
        0x0000009d3c000015, 0x0000001000000020, 0x00000043383a0015, 0x000000a137000035,
        0x000000a238360015, 0x000000d300020035, 0x000000ce00360035, 0x000000c933350015,
        0x000000ec00030035, 0x000000d400330015, 0x000000d800320015, 0x000000e32f310015,
        0x000000f0302e0035, 0x0000015100200035, 0x0000012a00060035, 0x000000fb00010035,
        0x000000f72c2a0015, 0x000000fe002b0015, 0x00000100002a0015, 0x0000011000290015,
        0x0000011726280015, 0x0000013a00080035, 0x0000013400060035, 0x0000012a00250015,
        0x0000012c00240015, 0x0000012e00010015, 0x0000013020220015, 0x0000001000000020,
        0x00000000201e0015, 0x000001351f1d0015, 0x0000014200070035, 0x00000140001d0035,
        0x0000013d00030015, 0x0000013f19000015, 0x0000001800000020, 0x0000000819170045,
        0x0000001800000020, 0x0000000815170045, 0x0000014300160015, 0x0000014400020015,
        0x0000014d00140015, 0x0000015011130015, 0x0000001000000020, 0x0000000100110015,
        0x0000000200100015, 0x000000040d0f0015, 0x000001a810000035, 0x000001bc00060035,
        0x000001b200010035, 0x000001a9090b0035, 0x000001b600010035, 0x000001b3070b0015,
        0x000001b700060015, 0x000001b907050015, 0x000001ce00030035, 0x000001c900050035,
        0x000001bf00040015, 0x000001c201030015, 0x000001d300010035, 0x7fff000000000006,
        0x000001d800010035, 0x0005000100000006, 0x4000000000010035, 0x0005002600000006,
        0x8000000000000006,
      ])
    }

    private static var shellOffline: CompiledPolicy {
      var sandbox = Sandbox(name: "shell-offline", summary: "Shell scripts over standard input and output, with no network.")
      sandbox.process.command = ["sh", "-s"]
      sandbox.process.workingDirectory = "/tmp"
      sandbox.environment.inherit = ["LANG"]
      sandbox.environment.set["HOME"] = "/tmp"
      sandbox.environment.set["PATH"] = "/usr/local/bin:/usr/bin:/bin"
      sandbox.filesystem.image = ImageReference(reference: "debian:12-slim")
      sandbox.filesystem.read = [.system("/bin"), .system("/lib"), .system("/lib64"), .system("/usr"), .system("/etc/ld.so.cache"), .system("/etc/alternatives")]
      sandbox.filesystem.tmpfs.append(
        TmpfsMount(path: "/tmp", size: ByteCount(bytes: 67108864), inodes: 4096, executable: false))
      sandbox.filesystem.proc = .minimal
      sandbox.filesystem.dev = .minimal
      sandbox.resources.memory = .limited(ByteCount(bytes: 268435456))
      sandbox.resources.pids = .limited(64)
      sandbox.resources.openFiles = .limited(256)
      return CompiledPolicy(sandbox: sandbox, digest: "sha256:101192e5734811cd9c3fa9b65b7d461ebf0e769db34c078143870d35711229a9", leavesNothingBehind: true, filter: [
        0x0000000400000020, 0xc000003e62000015, 0x0000000000000020, 0x000000f6002d0035,
        0x0000008600120035, 0x0000003800080035, 0x0000001000040015, 0x0000002900010015,
        0x0000003556000015, 0x0000001000000020, 0x0000000156540015, 0x0000001800000020,
        0x0000541200540015, 0x0000541c51530015, 0x0000003800060015, 0x0000004800020015,
        0x0000006500500015, 0x000000674d4f0015, 0x0000001800000020, 0x00000400004d0015,
        0x000004024a4c0015, 0x0000001000000020, 0x7e020000484a0045, 0x000000ba00110035,
        0x0000009e000e0035, 0x00000099000a0035, 0x0000008600460015, 0x0000008700020015,
        0x0000008800440015, 0x0000008b41430015, 0x0000001000000020, 0x00000000003f0015,
        0x00000008003e0015, 0x00020000003d0015, 0x00020008003c0015, 0xffffffff3d3b0015,
        0x0000009d3c000015, 0x0000001000000020, 0x00000043383a0015, 0x000000a137000035,
        0x000000a238360015, 0x000000d300020035, 0x000000ce00360035, 0x000000c933350015,
        0x000000ec00030035, 0x000000d400330015, 0x000000d800320015, 0x000000e32f310015,
        0x000000f0302e0035, 0x0000015100200035, 0x0000012a00060035, 0x000000fb00010035,
        0x000000f72c2a0015, 0x000000fe002b0015, 0x00000100002a0015, 0x0000011000290015,
        0x0000011726280015, 0x0000013a00080035, 0x0000013400060035, 0x0000012a00250015,
        0x0000012c00240015, 0x0000012e00010015, 0x0000013020220015, 0x0000001000000020,
        0x00000000201e0015, 0x000001351f1d0015, 0x0000014200070035, 0x00000140001d0035,
        0x0000013d00030015, 0x0000013f19000015, 0x0000001800000020, 0x0000000819170045,
        0x0000001800000020, 0x0000000815170045, 0x0000014300160015, 0x0000014400020015,
        0x0000014d00140015, 0x0000015011130015, 0x0000001000000020, 0x0000000100110015,
        0x0000000200100015, 0x000000040d0f0015, 0x000001a810000035, 0x000001bc00060035,
        0x000001b200010035, 0x000001a9090b0035, 0x000001b600010035, 0x000001b3070b0015,
        0x000001b700060015, 0x000001b907050015, 0x000001ce00030035, 0x000001c900050035,
        0x000001bf00040015, 0x000001c201030015, 0x000001d300010035, 0x7fff000000000006,
        0x000001d800010035, 0x0005000100000006, 0x4000000000010035, 0x0005002600000006,
        0x8000000000000006,
      ])
    }
  #else
    package static func lineage(of name: String) -> [String]? { nil }
    package static func compiled(_ name: String) -> CompiledPolicy? { nil }
  #endif
}
