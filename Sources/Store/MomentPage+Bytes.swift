// A page of moments as bytes, both ways: written for a few bytes a moment, read without trust.

import Primitives

extension MomentPage {
  /// Numbers below this stand for kinds of subjects, those from it on for one named before.
  private static let firstReference: UInt64 = 5

  /// The bits of an entry's shape; above them stands how many parties it has.
  private enum Shape {
    static let whole: UInt64 = 1
    static let order: UInt64 = 2
    static let lease: UInt64 = 4
    static let partyShift: UInt64 = 3
    /// How many objects stand above how many numbers.
    static let objectShift: UInt64 = 5
  }

  var encoded: [UInt8] {
    var writer = MomentWriter(firstReference: MomentPage.firstReference)
    var last = Entry()
    for entry in entries {
      writer.put(name: entry.name, code: entry.code)
      let isSameBlock = entry.height == last.height
      writer.put(entry.height &- last.height)
      writer.put(isSameBlock ? entry.position &- last.position : entry.position)
      if !isSameBlock { writer.put(entry.time &- last.time) }
      writer.put(entry.subject)
      writer.put(
        (entry.isWhole ? Shape.whole : 0) | (entry.order != nil ? Shape.order : 0)
          | (entry.lease != nil ? Shape.lease : 0)
          | UInt64(entry.parties.count) << Shape.partyShift)
      for party in entry.parties { writer.put(party) }
      if entry.isWhole { writer.putRest(of: entry, Shape.objectShift) }
      last = entry
    }
    return writer.out
  }

  init(_ bytes: [UInt8]) throws(StoreError) {
    var reader = MomentReader(bytes: bytes, firstReference: MomentPage.firstReference)
    var last = Entry()
    while !reader.isDone {
      var entry = Entry()
      (entry.code, entry.name) = try reader.name()
      entry.height = last.height &+ (try reader.number())
      let isSameBlock = entry.height == last.height
      entry.position = (isSameBlock ? last.position : 0) &+ (try reader.number())
      entry.time = isSameBlock ? last.time : last.time &+ (try reader.number())
      entry.subject = try reader.subject()
      let shape = try reader.number()
      entry.isWhole = shape & Shape.whole != 0
      for _ in 0..<(try reader.count(shape >> Shape.partyShift)) {
        entry.parties.append(try reader.party())
      }
      if entry.isWhole {
        if shape & Shape.order != 0 { entry.order = try reader.subject() }
        if shape & Shape.lease != 0 { entry.lease = try reader.subject() }
        let counts = try reader.number()
        for _ in 0..<(try reader.count(counts >> Shape.objectShift)) {
          entry.objects.append(try reader.subject())
        }
        for _ in 0..<counts & ((1 << Shape.objectShift) - 1) {
          let (code, name) = try reader.name()
          entry.numbers.append(Count(code: code, name: name, value: try reader.number()))
        }
      }
      entries.append(entry)
      last = entry
    }
  }
}

private struct MomentWriter {
  let firstReference: UInt64
  private(set) var out: [UInt8] = []
  /// Ids that were written out, to which later ones refer.
  private var named: [Bytes32] = []

  init(firstReference: UInt64) { self.firstReference = firstReference }

  mutating func put(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    out.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func put(name: String, code: UInt64) {
    put(code)
    guard code == 0 else { return }
    let name = Array(name.utf8.prefix(255))
    put(UInt64(name.count))
    out += name
  }

  mutating func put(_ subject: MomentPage.Subject) {
    switch subject {
    case .road: put(0)
    case .lease: put(1)
    case .offer: put(2)
    case .run(let index):
      put(3)
      put(index)
    case .other(let id):
      if let place = named.firstIndex(of: id) {
        put(firstReference + UInt64(place))
      } else {
        named.append(id)
        put(4)
        out += id.bytes
      }
    }
  }

  mutating func put(_ party: MomentPage.Party) {
    switch party {
    case .nobody: put(0)
    case .other(let account):
      put(1)
      out += account.bytes
    case .known(let number): put(number &+ 1)
    }
  }

  mutating func putRest(of entry: MomentPage.Entry, _ objectShift: UInt64) {
    if let order = entry.order { put(order) }
    if let lease = entry.lease { put(lease) }
    put(UInt64(entry.objects.count) << objectShift | UInt64(entry.numbers.count))
    for object in entry.objects { put(object) }
    for number in entry.numbers {
      put(name: number.name, code: number.code)
      put(number.value)
    }
  }
}

/// Walks the bytes of a page without trusting them.
private struct MomentReader {
  let bytes: [UInt8]
  let firstReference: UInt64
  private var at = 0
  private var named: [Bytes32] = []

  init(bytes: [UInt8], firstReference: UInt64) {
    self.bytes = bytes
    self.firstReference = firstReference
  }

  var isDone: Bool { at == bytes.count }

  private var damage: StoreError { .corrupt(detail: "the moments of a road") }

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

  /// How many of something follow: each takes a byte at least.
  func count(_ number: UInt64) throws(StoreError) -> UInt64 {
    guard number <= UInt64(bytes.count - at) else { throw damage }
    return number
  }

  private mutating func take(_ count: Int) throws(StoreError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - at else { throw damage }
    defer { at += count }
    return bytes[at..<at + count]
  }

  mutating func name() throws(StoreError) -> (code: UInt64, name: String) {
    let code = try number()
    guard code == 0 else { return (code, "") }
    return (0, String(decoding: try take(Int(clamping: try number())), as: UTF8.self))
  }

  mutating func subject() throws(StoreError) -> MomentPage.Subject {
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
