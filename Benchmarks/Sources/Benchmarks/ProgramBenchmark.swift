// The released program from outside: how soon it answers, and what the demo takes of memory.

import Foundation
import Glibc

struct ProgramBenchmark {
  let program: String
  static let starts = 10

  func run(_ report: Report) throws {
    report.section("The program \(program)")
    guard FileManager.default.isExecutableFile(atPath: program) else {
      report.note("there is none: make build")
      return
    }
    let folder = try ScratchFolder()
    var founding: [Double] = []
    var again: [Double] = []
    var memory = 0.0
    for start in 0..<ProgramBenchmark.starts {
      let data = folder.path + "/\(start)"
      founding.append(try startUp(data).seconds)
      let second = try startUp(data)
      again.append(second.seconds)
      memory = second.megabytes
    }
    report.add(
      "start to first answer, a new folder, p50", founding.percentile(0.5) * 1_000, "ms")
    report.add(
      "start to first answer, its own folder, p50", again.percentile(0.5) * 1_000, "ms",
      goal: .below(200))
    report.add("tolsey up: memory after the first answer", memory, "MB")
    let demo = try Child.run(["demo", "--json"], program: program)
    report.add("tolsey demo: most memory", demo.peakMegabytes, "MB", goal: .below(200))
    report.add("tolsey demo: time", demo.seconds, "s")
  }

  /// Starts a node and asks it until it answers.
  private func startUp(_ data: String) throws -> (seconds: Double, megabytes: Double) {
    let port = try freePort()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["up", "--data", data, "--port", "\(port)", "--json"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.standardError
    let watch = Stopwatch()
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    while !answers(port) {
      guard watch.seconds < 10, process.isRunning else {
        throw BenchmarkFailure(description: "tolsey up does not answer")
      }
      usleep(500)
    }
    let seconds = watch.seconds
    return (seconds, Machine.residentMegabytes(of: "\(process.processIdentifier)"))
  }

  /// Whether a request gets an answer of status 200.
  private func answers(_ port: UInt16) -> Bool {
    let socket = connected(port)
    guard socket >= 0 else { return false }
    defer { close(socket) }
    let request = Array(
      "GET /api/status HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n".utf8)
    guard send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
    else { return false }
    var reply = [UInt8](repeating: 0, count: 64)
    guard recv(socket, &reply, reply.count, 0) > 12 else { return false }
    return String(decoding: reply.prefix(12), as: UTF8.self) == "HTTP/1.1 200"
  }

  private func connected(_ port: UInt16) -> Int32 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopback(port)
    let made = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if made == 0 { return socket }
    close(socket)
    return -1
  }

  /// A port that was free a moment ago.
  private func freePort() throws -> UInt16 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = loopback(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    guard bound else { throw BenchmarkFailure(description: "no port is free") }
    return UInt16(bigEndian: address.sin_port)
  }

  private func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}
