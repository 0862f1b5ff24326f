// What the doctor looks at in the machine: program, processor, disk, port.

import CKernels
import Foundation
import Glibc
import NetworkRoom
import Primitives

enum Machine {
  static var program: Finding {
    #if DEBUG
    .warn(
      "program", "tolsey \(Tolsey.version), built for debugging",
      hint: "build it with 'make build'; this one is many times slower")
    #else
    .ok("program", "tolsey \(Tolsey.version)")
    #endif
  }

  // MARK: - Processor

  /// Sets of instructions by the bit that stands for them.
  private static let sets: [(bit: UInt32, name: String)] = [
    (UInt32(TOLSEY_CPU_SSE41), "SSE4.1"), (UInt32(TOLSEY_CPU_SHA), "SHA"),
    (UInt32(TOLSEY_CPU_AVX2), "AVX2"), (UInt32(TOLSEY_CPU_FMA), "FMA"),
    (UInt32(TOLSEY_CPU_AVX512), "AVX-512"),
    (UInt32(TOLSEY_CPU_AVX512_VNNI), "AVX-512 VNNI"),
    (UInt32(TOLSEY_CPU_AVX512_IFMA), "AVX-512 IFMA"),
    (UInt32(TOLSEY_CPU_AVX_VNNI), "AVX VNNI"),
  ]

  static var processor: Finding { processor(has: tolsey_cpu_features()) }

  /// What the build needs everywhere was asked before anything ran: a program that was built for
  /// another processor ends with 70 at once. The kernels ask for the rest, and do without.
  static func processor(has: UInt32) -> Finding {
    let names = sets.filter { has & $0.bit != 0 }.map(\.name)
    let list = names.isEmpty ? "none of the sets" : names.joined(separator: ", ")
    let text = "has \(list) that the kernels use, and all that this build needs"
    guard has & UInt32(TOLSEY_CPU_AVX2) == 0 else { return .ok("processor", text) }
    return .warn(
      "processor", text, hint: "without AVX2 models run many times slower, with the same bits")
  }

  // MARK: - Disk

  private static let leastFree: UInt64 = 256 << 20
  private static let enoughFree: UInt64 = 4 << 30

  static func disk(at folder: String) -> [Finding] {
    var facts = statvfs()
    guard statvfs(folder, &facts) == 0 else {
      return [
        .fail(
          "disk", "\(folder) cannot be looked at: \(String(cString: strerror(errno)).lowercased())",
          hint: "check the path and its mode")
      ]
    }
    let free = UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
    return [space(free, at: folder), flushing(in: folder)]
  }

  static func space(_ free: UInt64, at folder: String) -> Finding {
    let text = "\(ByteCount.text(free)) free at \(folder)"
    if free < leastFree {
      return .fail("disk", text, hint: "make room: a node stops taking messages on a full disk")
    }
    if free < enoughFree {
      return .warn("disk", text, hint: "make room before it is full")
    }
    return .ok("disk", text)
  }

  /// Writes and flushes a page a few times, as each block does.
  private static func flushing(in folder: String) -> Finding {
    let path = "\(folder)/.tolsey-doctor-\(getpid())"
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else {
      return .fail(
        "flush", "\(folder) cannot be written: \(String(cString: strerror(errno)).lowercased())",
        hint: "check its owner and its mode")
    }
    defer {
      close(file)
      unlink(path)
    }
    let page = [UInt8](repeating: 0x5a, count: 4_096)
    var times: [Duration] = []
    for index in 0..<7 {
      let start = ContinuousClock.now
      guard pwrite(file, page, page.count, off_t(index * page.count)) == page.count,
        fsync(file) == 0
      else {
        return .fail(
          "flush", "the disk does not flush: \(String(cString: strerror(errno)).lowercased())",
          hint: "a node needs a local disk that keeps what it was told to keep")
      }
      times.append(ContinuousClock.now - start)
    }
    return flush(times.sorted()[times.count / 2])
  }

  static func flush(_ time: Duration) -> Finding {
    let microseconds = UInt64(max(0, time / .microseconds(1)))
    let text = "a flush takes \(microseconds / 1_000).\(microseconds % 1_000 / 100) ms"
    // Every block waits for one.
    if time > .milliseconds(100) {
      return .warn("flush", text, hint: "put the node's folder on a faster disk: each block waits")
    }
    return .ok("flush", text)
  }

  // MARK: - Port

  static func port(_ port: Int) async -> Finding {
    let name = "port"
    guard let reason = taken(port) else { return .ok(name, "\(port) is free") }
    guard reason == EADDRINUSE else {
      return .fail(
        name, "\(port) cannot be taken: \(String(cString: strerror(reason)).lowercased())",
        hint: "choose another with 'tolsey up --port'")
    }
    let client = NodeClient(NodeAddress(port: port), timeout: .seconds(3))
    defer { client.close() }
    if let status = try? await client.status() {
      return .ok(name, "\(port) is that of a node, at block \(status.height)")
    }
    return .warn(
      name, "\(port) is taken by something that is no node",
      hint: "stop it, or start the node with 'tolsey up --port'")
  }

  /// Why the port cannot be listened on; nil where it can.
  private static func taken(_ port: Int) -> Int32? {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return errno }
    defer { close(socket) }
    var yes: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = UInt16(port).bigEndian
    place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let bound = withUnsafePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return bound == 0 ? nil : errno
  }
}
