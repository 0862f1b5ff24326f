// What a conversation is about: everything that is fixed before its first challenge, in order.

import Primitives

/// A list, so that one and the same is absorbed by whoever proves and whoever verifies, and tests
/// can go through it message by message.
struct Preamble {
  /// The protocol and its version.
  let domain: String
  var messages: [(name: String, bytes: [UInt8])] = []

  init(_ domain: String) { self.domain = domain }

  mutating func add(_ name: String, _ bytes: [UInt8]) { messages.append((name, bytes)) }

  mutating func add(_ name: String, _ digest: Bytes32) { add(name, digest.bytes) }

  /// Eight bytes, big-endian.
  mutating func add(_ name: String, _ number: UInt64) {
    add(name, withUnsafeBytes(of: number.bigEndian) { Array($0) })
  }

  /// One message each.
  mutating func add(_ name: String, _ numbers: [Int]) {
    for number in numbers { add(name, UInt64(number)) }
  }

  var transcript: Transcript {
    var transcript = Transcript(domain)
    for message in messages { transcript.absorb(message.name, message.bytes) }
    return transcript
  }
}
