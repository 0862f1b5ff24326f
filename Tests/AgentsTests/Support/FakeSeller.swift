// A server of the test's own: it sees every byte of a request and answers with any bytes it likes.

import Glibc
import Synchronization

/// One request as it came.
struct SeenRequest: Sendable {
  var head: String
  var body: String

  var line: String { String(head.prefix { $0 != "\r" && $0 != "\r\n" }) }

  subscript(_ name: String) -> String? {
    for line in head.split(separator: "\r\n").dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == name.lowercased() {
        return String(parts[1].drop { $0 == " " })
      }
    }
    return nil
  }
}

/// Answers each request on a connection of its own; nil hangs up without a word.
final class FakeSeller: Sendable {
  typealias Answer = @Sendable (SeenRequest, _ send: (String) -> Bool) -> String?

  let port: Int
  private let socket: Int32
  let seen = Mutex<[SeenRequest]>([])

  struct Failed: Error {}

  init(_ answer: @escaping Answer) throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.socket = socket
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &place) { place in
      place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 64) == 0
          && getsockname(socket, $0, &size) == 0
      }
    }
    port = Int(UInt16(bigEndian: place.sin_port))
    guard socket >= 0, isBound else { throw Failed() }
    let (server, seen) = (socket, Weak(self))
    let loop = FakeSeller.Thread {
      while true {
        let connection = accept(server, nil, nil)
        guard connection >= 0 else { return }
        FakeSeller.Thread { FakeSeller.serve(connection, seen, answer) }.start()
      }
    }
    loop.start()
  }

  func close() { shutdown(socket, Int32(SHUT_RDWR)) }

  deinit {
    shutdown(socket, Int32(SHUT_RDWR))
    Glibc.close(socket)
  }

  private final class Weak: @unchecked Sendable {
    weak var seller: FakeSeller?
    init(_ seller: FakeSeller) { self.seller = seller }
  }

  /// A thread, since a reader that waits would hold one of the pool's.
  private struct Thread {
    let body: @Sendable () -> Void

    func start() {
      var thread = pthread_t()
      let box = Unmanaged.passRetained(Box(body))
      pthread_create(
        &thread, nil,
        { pointer in
          Unmanaged<Box>.fromOpaque(pointer!).takeRetainedValue().body()
          return nil
        }, box.toOpaque())
      pthread_detach(thread)
    }
  }

  private final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func serve(_ connection: Int32, _ owner: Weak, _ answer: Answer) {
    defer { Glibc.close(connection) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    var request: SeenRequest?
    while request == nil {
      let count = recv(connection, &part, part.count, 0)
      guard count > 0 else { return }
      bytes += part[..<count]
      let text = String(decoding: bytes, as: UTF8.self)
      guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
      let found = SeenRequest(
        head: String(text[..<end.lowerBound]), body: String(text[end.upperBound...]))
      if found.body.utf8.count >= Int(found["Content-Length"] ?? "0") ?? 0 { request = found }
    }
    guard let request else { return }
    owner.seller?.seen.withLock { $0.append(request) }
    let rest = answer(request) { send($0, connection) }
    if let rest { _ = send(rest, connection) }
  }

  private static func send(_ text: String, _ connection: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  static func reply(
    _ status: Int, _ body: String = "{}", _ fields: [String] = [],
    type: String = "application/json"
  ) -> String {
    let lines =
      ["HTTP/1.1 \(status) x", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)"]
      + fields
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
  }

  static let models = reply(200, #"{"data":[{"id":"m","object":"model","created":1}]}"#)
}
