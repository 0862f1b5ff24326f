// HTTP by hand: exactly the bytes that a test wants to send, and exactly those that came back.

import Foundation
import Primitives

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A reply as it came over the wire.
struct RawReply: Sendable {
  var status: Int
  var fields: [(name: String, value: String)]
  var body: [UInt8]

  subscript(_ name: String) -> String? {
    fields.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  var json: JSONValue? { try? JSONValue(parsing: body) }
  var code: String? { json?["code"]?.string }
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// A connection of the test's own.
final class RawHTTP: @unchecked Sendable {
  private let socket: Int32
  private var unread: [UInt8] = []

  struct Failed: Error {}

  init(_ port: Int, receiveBuffer: Int32? = nil) throws {
    #if canImport(Glibc)
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
    socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard socket >= 0 else { throw Failed() }
    var span = timeval(tv_sec: 600, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &span, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBuffer {
      setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(4))
    }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(port).bigEndian
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failed() }
  }

  deinit { close(socket) }

  /// Sends bytes; a connection that the server has ended takes none, which is no failure here.
  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        #if canImport(Glibc)
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        #else
        Darwin.send(socket, $0.baseAddress, $0.count, 0)
        #endif
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  func endSending() { shutdown(socket, Int32(SHUT_WR)) }

  /// Whether the server says something, or ends the connection, before the time is over.
  func hasBytes(withinMilliseconds span: Int32) -> Bool {
    var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    return !unread.isEmpty || poll(&wait, 1, span) > 0
  }

  /// Some more bytes; none when the server has ended the connection.
  func receive(_ most: Int = 65_536) -> [UInt8] {
    if !unread.isEmpty {
      defer { unread = [] }
      return unread
    }
    var bytes = [UInt8](repeating: 0, count: most)
    let count = bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
    return count > 0 ? Array(bytes.prefix(count)) : []
  }

  /// One reply, whole. A reply to HEAD has no body, whatever its length says.
  func reply(toHead: Bool = false) throws -> RawReply {
    var bytes: [UInt8] = []
    let end = Array("\r\n\r\n".utf8)
    var split: Int?
    while split == nil {
      let more = receive()
      guard !more.isEmpty else { throw Failed() }
      bytes += more
      split = bytes.firstRange(of: end)?.lowerBound
    }
    guard let split else { throw Failed() }
    let lines = String(decoding: bytes[..<split], as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count >= 2, let status = Int(words[1]) else { throw Failed() }
    let fields = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      return (String(line[..<colon]), String(value))
    }
    let rest = Array(bytes[(split + 4)...])
    let hasBody = !toHead && status != 304 && status != 204
    let isChunked = fields.contains { $0.name.lowercased() == "transfer-encoding" }
    let length = fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) }
    let body =
      !hasBody ? [] : isChunked ? chunked(rest) : lengthy(rest, length ?? 0)
    return RawReply(status: status, fields: fields, body: body)
  }

  private func lengthy(_ start: [UInt8], _ length: Int) -> [UInt8] {
    var body = start
    while body.count < length {
      let more = receive()
      guard !more.isEmpty else { break }
      body += more
    }
    if body.count > length { unread = Array(body[length...]) }
    return Array(body.prefix(length))
  }

  /// A body in chunks (RFC 9112, 7.1), up to the chunk of nothing.
  private func chunked(_ start: [UInt8]) -> [UInt8] {
    var bytes = start[...]
    var body: [UInt8] = []
    while true {
      while !bytes.contains(10) {
        let more = receive()
        guard !more.isEmpty else { return body }
        bytes += more
      }
      let line = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self)
      guard let size = Int(line, radix: 16), size > 0 else { return body }
      bytes = bytes.dropFirst(line.utf8.count + 2)
      while bytes.count < size + 2 {
        let more = receive()
        guard !more.isEmpty else { return body + bytes }
        bytes += more
      }
      body += bytes.prefix(size)
      bytes = bytes.dropFirst(size + 2)
    }
  }

  /// Runs what blocks on a thread of its own: a server of the test needs those of the tasks.
  static func apart<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }

  /// Asks once, on a connection of its own.
  static func ask(
    _ port: Int, _ method: String = "GET", _ path: String, fields: [String] = [],
    body: [UInt8]? = nil
  ) async throws -> RawReply {
    try await apart {
      let connection = try RawHTTP(port)
      var head = "\(method) \(path) HTTP/1.1\r\nHost: node\r\n"
      for field in fields { head += field + "\r\n" }
      if let body { head += "Content-Length: \(body.count)\r\n" }
      connection.send(head + "\r\n")
      if let body { connection.send(body) }
      return try connection.reply(toHead: method == "HEAD")
    }
  }

  /// Sends exactly these bytes, and takes the first reply.
  static func exchange(_ port: Int, _ text: String) async throws -> RawReply {
    try await apart {
      let connection = try RawHTTP(port)
      connection.send(text)
      return try connection.reply()
    }
  }
}

/// Waits until something is so, as long as anybody can hope; the test says then that it is not.
func until(_ isSo: () async throws -> Bool) async throws {
  let end = ContinuousClock.now + .seconds(600)
  while try await !isSo(), ContinuousClock.now < end {
    try await Task.sleep(for: .milliseconds(5))
  }
}
