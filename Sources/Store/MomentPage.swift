// Moments of a road in about ten bytes each: names by code, places as differences, accounts by
// number, and the objects of the road by what they are to it.

import Primitives

/// Some moments of one road, in order.
struct MomentPage: Equatable {
  static let capacity = 64

  enum Subject: Equatable {
    case road, lease, offer
    /// By its index in the lease.
    case run(UInt64)
    case other(Bytes32)
  }

  enum Party: Equatable {
    case nobody
    /// By the number of its line.
    case known(UInt64)
    case other(Address)
  }

  struct Entry: Equatable {
    /// 0: a name that has none, and stands here itself.
    var code: UInt64 = 0
    var name = ""
    var height: UInt64 = 0
    var position: UInt64 = 0
    var time: UInt64 = 0
    var subject = Subject.road
    var party = Party.nobody
  }

  var entries: [Entry] = []

  init() {}

  // MARK: - Bytes

  /// Numbers below this stand for kinds of subjects, those from it on for one named before.
  private static let firstReference: UInt64 = 5

  var encoded: [UInt8] {
    var out: [UInt8] = []
    var last = Entry()
    var named: [Bytes32] = []
    for entry in entries {
      MomentPage.put(entry.code, &out)
      if entry.code == 0 {
        let name = Array(entry.name.utf8.prefix(255))
        MomentPage.put(UInt64(name.count), &out)
        out += name
      }
      let isSameBlock = entry.height == last.height
      MomentPage.put(entry.height &- last.height, &out)
      MomentPage.put(isSameBlock ? entry.position &- last.position : entry.position, &out)
      if !isSameBlock { MomentPage.put(entry.time &- last.time, &out) }
      MomentPage.put(entry.subject, &named, &out)
      switch entry.party {
      case .nobody: MomentPage.put(0, &out)
      case .other(let account):
        MomentPage.put(1, &out)
        out += account.bytes
      case .known(let number): MomentPage.put(number &+ 1, &out)
      }
      last = entry
    }
    return out
  }

  private static func put(_ subject: Subject, _ named: inout [Bytes32], _ out: inout [UInt8]) {
    switch subject {
    case .road: put(0, &out)
    case .lease: put(1, &out)
    case .offer: put(2, &out)
    case .run(let index):
      put(3, &out)
      put(index, &out)
    case .other(let id):
      if let place = named.firstIndex(of: id) {
        put(firstReference + UInt64(place), &out)
      } else {
        named.append(id)
        put(4, &out)
        out += id.bytes
      }
    }
  }

  private static func put(_ number: UInt64, _ out: inout [UInt8]) {
    var rest = number
    while rest >= 0x80 {
      out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    out.append(UInt8(truncatingIfNeeded: rest))
  }

  init(_ bytes: [UInt8]) throws(StoreError) {
    var reader = MomentReader(bytes: bytes)
    var last = Entry()
    var named: [Bytes32] = []
    while !reader.isDone {
      var entry = Entry()
      entry.code = try reader.number()
      if entry.code == 0 {
        let name = try reader.take(Int(clamping: try reader.number()))
        entry.name = String(decoding: name, as: UTF8.self)
      }
      entry.height = last.height &+ (try reader.number())
      let isSameBlock = entry.height == last.height
      entry.position = (isSameBlock ? last.position : 0) &+ (try reader.number())
      entry.time = isSameBlock ? last.time : last.time &+ (try reader.number())
      entry.subject = try reader.subject(&named, MomentPage.firstReference)
      entry.party = try reader.party()
      entries.append(entry)
      last = entry
    }
  }
}

/// Walks the bytes of a page without trusting them.
private struct MomentReader {
  let bytes: [UInt8]
  var at = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isDone: Bool { at == bytes.count }

  var damage: StoreError { .corrupt(detail: "the moments of a road") }

  mutating func number() throws(StoreError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < bytes.count, shift < 64 {
      let byte = bytes[at]
      at += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw damage
  }

  mutating func take(_ count: Int) throws(StoreError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - at else { throw damage }
    defer { at += count }
    return bytes[at..<at + count]
  }

  mutating func subject(
    _ named: inout [Bytes32], _ firstReference: UInt64
  ) throws(StoreError) -> MomentPage.Subject {
    let kind = try number()
    switch kind {
    case 0: return .road
    case 1: return .lease
    case 2: return .offer
    case 3: return .run(try number())
    case 4:
      guard let id = Bytes32(try take(32)) else { throw damage }
      named.append(id)
      return .other(id)
    default:
      let place = kind - firstReference
      guard place < UInt64(named.count) else { throw damage }
      return .other(named[Int(place)])
    }
  }

  mutating func party() throws(StoreError) -> MomentPage.Party {
    switch try number() {
    case 0: return .nobody
    case 1:
      guard let account = Address(try take(20)) else { throw damage }
      return .other(account)
    case let number: return .known(number - 1)
    }
  }
}
