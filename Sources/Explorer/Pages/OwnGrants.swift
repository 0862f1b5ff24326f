// The keys that an account let spend, newest first, however many grants of others name it.

import Archive
import Kernel
import Primitives

/// Looks back through the log for grants that an account made itself. Its own grants and those of
/// others, who name it as their key, are found alike; so the look has an end, and says where it
/// stopped.
struct OwnGrants {
  /// The sessions' ids, the newest first.
  private(set) var ids: [Bytes32] = []
  /// Where an older part begins; nil where all was seen.
  private(set) var before: UInt64?

  /// Pages of the log that one look reads at most.
  static let mostReads = 48
  /// Of them, in one stretch of blocks: a stretch with more is looked at in parts.
  private static let mostOfStretch = 8

  private let records: any Records
  private let owner: Address
  private var reads = 0

  /// - Parameters:
  ///   - end: no block from this one on is looked at.
  ///   - most: how many are enough; of one block all are taken.
  init(_ records: any Records, of owner: Address, before end: UInt64, most: Int) throws {
    self.records = records
    self.owner = owner
    var end = end
    var length: UInt64 = 4_096
    while end > 0, ids.count < most, reads < OwnGrants.mostReads {
      let start = end - min(end, length)
      guard let found = try grants(from: start, to: end) else {
        // Too many for one look: a shorter stretch, which one page of the log always holds.
        length = max(length / 16, 1)
        continue
      }
      end = start
      for grant in found.reversed() where !ids.contains(grant.id) {
        if ids.count >= most, grant.height < end { break }
        ids.append(grant.id)
        if ids.count >= most { end = grant.height }
      }
      if found.isEmpty { length = length.multipliedReportingOverflow(by: 4).partialValue }
    }
    before = end > 0 ? end : nil
  }

  private struct Grant {
    var id: Bytes32
    var height: UInt64
  }

  private var filter: EventsFilter {
    EventsFilter(names: ["sessionGranted"], subjects: [owner.padded])
  }

  /// Its own grants in the blocks from `start` until before `end`, oldest first; nil where they are
  /// not read with as many pages as one stretch may take.
  private mutating func grants(from start: UInt64, to end: UInt64) throws -> [Grant]? {
    var own: [Grant] = []
    var after = start == 0 ? nil : start - 1
    for _ in 0..<OwnGrants.mostOfStretch {
      reads += 1
      let page = try records.events(after: after, filter, limit: .max).value
      for entry in page.events where entry.height < end {
        let event = try CBOR.decode(Event.self, from: entry.bytes)
        // Who is the key of somebody else's session is party to its grant, too.
        guard event.parties.first == owner else { continue }
        own.append(Grant(id: event.subject, height: entry.height))
      }
      if page.through + 1 >= end || page.through <= after ?? 0 { return own }
      after = page.through
    }
    return end - start == 1 ? own : nil
  }
}
