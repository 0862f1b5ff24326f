// From what stands in a path to the object it names, and from market time to that of the wall.

import Archive
import Chain
import Kernel
import Market
import Primitives

extension House {
  /// The id that a path names: whole, or its first letters where only one object has them.
  ///
  /// - Parameter noun: what the id is of, for who looks for it.
  func find(
    _ text: String, _ kind: String, _ noun: String, isKnown: (Bytes32) throws -> Bool
  ) throws -> Bytes32 {
    let stem: IDStem
    do throws(IDStem.Fault) {
      stem = try IDStem(reading: text, kind: kind)
    } catch {
      throw House.missing(noun, error)
    }
    if let whole = stem.whole {
      guard try isKnown(whole) else { throw Missing.unknown(noun) }
      return whole
    }
    let fits = try records.resolve(stem, limit: 64).filter(isKnown)
    guard fits.count < 2 else {
      throw Missing(
        404, "ambiguous", "\(fits.count) ids begin so", hint: "type more letters of the id")
    }
    guard let only = fits.first else { throw Missing.unknown(noun) }
    return only
  }

  private static func missing(_ noun: String, _ fault: IDStem.Fault) -> Missing {
    switch fault {
    case .mistyped:
      Missing(
        404, "mistyped", "a letter of that id is wrong",
        hint: "its checksum does not fit: copy it again")
    case .tooShort:
      Missing(404, "tooShort", "too few letters to find a \(noun) by", hint: "type more of the id")
    case .wrongKind(let kind):
      Missing(
        404, "wrongKind", "that is the id of another thing: \(kind)",
        hint: "the search finds whatever it names")
    case .malformed: Missing.unknown(noun)
    }
  }

  /// Height, time and pauses of the last block.
  func clock() throws -> Clock {
    let totals = try listings.totals()
    guard let bytes = try records.header(totals.height).value else {
      return Clock(height: totals.height, time: totals.time)
    }
    let header = try CBOR.decode(Header.self, from: bytes)
    return Clock(height: header.height, time: header.time, paused: header.paused)
  }

  /// When a block was made; nil where there is none of that height.
  func time(of height: UInt64) throws -> Time? {
    guard let bytes = try records.header(height).value else { return nil }
    return try CBOR.decode(Header.self, from: bytes).time
  }

  /// A message of the log with its content.
  func signed(_ id: Bytes32) throws -> (record: RecordedMessage, message: SignedMessage)? {
    guard let record = try records.message(id).value else { return nil }
    return (record, try CBOR.decode(SignedMessage.self, from: record.bytes))
  }
}

/// A moment at which silence has a consequence. It counts market time, which stands still while the
/// node is down or its blocks are full.
struct Deadline {
  let at: Time
  let clock: Clock
  let isStepped: Bool

  /// Nil where nothing is awaited.
  init?(_ at: Time, _ clock: Clock, in house: House) {
    guard at != .never, at > .zero else { return nil }
    self.at = at
    self.clock = clock
    isStepped = house.isStepped
  }

  /// The same moment by the wall clock, were there no further pause.
  var wall: Time {
    let (sum, overflow) = at.milliseconds.addingReportingOverflow(clock.paused.milliseconds)
    return overflow ? .never : Time(sum)
  }

  private var left: String {
    let now = clock.marketTime.milliseconds
    return at.milliseconds > now ? Formats.span(at.milliseconds - now) + " left" : "due"
  }

  /// The script counts down what bears `data-deadline`; time that moves by steps is not counted.
  var markup: Markup {
    let moment: Markup = """
      <span title="Deadlines count market time, which stands still while the node is down or its \
      blocks are full">\(Parts.time(wall))</span>
      """
    if isStepped {
      return "\(moment) <span class=\"none\">(\(left), in steps)</span>"
    }
    return """
      \(moment) <strong class="clock" data-deadline="\(wall.milliseconds)">\(left)</strong>
      """
  }
}
