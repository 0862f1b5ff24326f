// A line as it lies in the file: its canonical bytes and four of their check sum.

import Primitives

/// SQLite finds damage in the structure of its pages, not in what they hold.
enum ListingBody {
  static let sumBytes = 4

  static func seal(_ line: some Fielded) -> [UInt8] { seal(line.encoded) }

  static func seal(_ bytes: [UInt8]) -> [UInt8] {
    bytes + SHA256.hash(bytes).bytes.prefix(sumBytes)
  }

  static func open(_ sealed: [UInt8]) throws(StoreError) -> [UInt8] {
    let bytes = Array(sealed.dropLast(sumBytes))
    guard sealed.count > sumBytes,
      SHA256.hash(bytes).bytes.prefix(sumBytes) == sealed[bytes.count...]
    else { throw .corrupt(detail: "a line of the lists") }
    return bytes
  }

  static func open<Line: Fielded>(_ type: Line.Type, _ sealed: [UInt8]) throws(StoreError) -> Line {
    let bytes = try open(sealed)
    do throws(Refusal) { return try CBOR.decode(Line.self, from: bytes) } catch {
      throw .corrupt(detail: "a line of the lists is refused: \(error.code)")
    }
  }
}
