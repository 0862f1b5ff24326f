// Asks a server for pages over a few connections that stay open, and times every answer.

import Dispatch
import Foundation
import Glibc
import Synchronization

struct LoadClient {
  let port: Int
  var connections = 8
  /// A field that each answer must have; without it, it is a failure.
  var field: String?

  struct Result {
    var rate: Double
    /// Answers for each second of processor time of this process, which serves and asks: on a
    /// machine that others use as well, fairer than the rate.
    var perProcessorSecond: Double
    /// The same without the threads that ask, which are another's machine in life: what they
    /// sign is signed before the clock starts, and they read no receipt.
    var perServerSecond: Double
    /// Milliseconds, sorted.
    var times: [Double]
    var bytes: Int

    func late(_ share: Double) -> Double { times.percentile(share) }
  }

  /// Asks for `count` pages, the path of each by its number. Any answer but 200 is a failure.
  func ask(_ count: Int, _ path: @escaping @Sendable (Int) -> String) throws -> Result {
    try send(count) { "GET \(path($0)) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
  }

  /// Sends `count` requests, each by its number; those of one connection go one after the other.
  func send(_ count: Int, _ request: @escaping @Sendable (Int) -> String) throws -> Result {
    let all = Mutex<(times: [Double], bytes: Int, asking: Double)>(([], 0, 0))
    let watch = Stopwatch()
    let used = Machine.processSeconds
    let (port, connections, field) = (port, connections, field)
    let group = DispatchGroup()
    for place in 0..<connections {
      let thread = Thread {
        var times: [Double] = []
        var bytes = 0
        let begun = Machine.threadSeconds
        if let connection = LoadConnection(port: port, field: field) {
          for number in stride(from: place, to: count, by: connections) {
            let own = Stopwatch()
            guard let size = connection.ask(request(number)) else { break }
            times.append(own.seconds * 1_000)
            bytes += size
          }
        }
        let (found, size, asking) = (times, bytes, Machine.threadSeconds - begun)
        all.withLock {
          $0.asking += asking
          $0.times += found
          $0.bytes += size
        }
        group.leave()
      }
      group.enter()
      thread.start()
    }
    group.wait()
    let spent = watch.seconds
    let processor = Machine.processSeconds - used
    let (times, bytes, asking) = all.withLock { ($0.times.sorted(), $0.bytes, $0.asking) }
    guard times.count == count else {
      throw BenchmarkFailure(description: "\(count - times.count) pages were not answered")
    }
    return Result(
      rate: Double(count) / spent,
      perProcessorSecond: Double(count) / processor,
      perServerSecond: Double(count) / (processor - asking), times: times,
      bytes: bytes / max(1, count))
  }
}

/// One connection that is used for one request after the other.
final class LoadConnection {
  private let socket: Int32
  private var buffer = [UInt8](repeating: 0, count: 256 << 10)
  private let field: [UInt8]?

  /// - Parameter field: one that each answer must have, in small letters.
  init?(port: Int, field: String? = nil) {
    guard let socket = LoopbackSocket.open(port: port) else { return nil }
    self.socket = socket
    self.field = field.map { Array($0.utf8) }
  }

  deinit { close(socket) }

  /// The size of the answer; nil where there was none, or none with status 200.
  func ask(_ request: String) -> Int? {
    guard LoopbackSocket.send(request, to: socket) else { return nil }
    var held = 0
    var whole: Int?
    while whole == nil || held < whole! {
      if held == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
      let count = buffer.withUnsafeMutableBytes {
        recv(socket, $0.baseAddress! + held, $0.count - held, 0)
      }
      guard count > 0 else { return nil }
      held += count
      if whole == nil { whole = length(held) }
      if whole == -1 { return nil }
    }
    return held
  }

  /// Bytes of the whole answer; nil while its head is not whole, −1 where it is none of ours, or
  /// lacks the field that all must have.
  private func length(_ held: Int) -> Int? {
    buffer.withUnsafeBytes { bytes in
      var line = bytes[..<min(held, 4_096)]
      var size: Int?
      var isComplete = field == nil
      while let end = line.firstIndex(of: 13), end + 1 < line.endIndex {
        if end == line.startIndex {
          let isGood = isComplete && bytes[..<held].starts(with: LoadConnection.okay)
          return isGood ? size.map { end + 2 + $0 } ?? -1 : -1
        }
        let text = line[..<end]
        if LoadConnection.names(text, LoadConnection.size) {
          size = text.dropFirst(LoadConnection.size.count).reduce(0) { $0 * 10 + Int($1 &- 48) }
        }
        if let field, !isComplete { isComplete = LoadConnection.names(text, field) }
        line = line[(end + 2)...]
      }
      return held < 4_096 ? nil : -1
    }
  }

  /// Whether a line begins with small letters, written in either case.
  private static func names(_ line: Slice<UnsafeRawBufferPointer>, _ name: [UInt8]) -> Bool {
    line.count > name.count && line.first! | 0x20 == name[0]
      && zip(line, name).allSatisfy { $0 | 0x20 == $1 | 0x20 }
  }

  private static let okay = Array("HTTP/1.1 200".utf8)
  private static let size = Array("content-length: ".utf8)
}

/// Sockets to this machine.
enum LoopbackSocket {
  static func open(port: Int) -> Int32? {
    let made = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard made >= 0 else { return nil }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      close(made)
      return nil
    }
    var one: Int32 = 1
    setsockopt(made, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    return made
  }

  static func send(_ text: String, to socket: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }
  }
}
