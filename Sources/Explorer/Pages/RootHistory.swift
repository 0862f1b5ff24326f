// What the root fund shared and was given, newest first, found by looking back through the log.

import Archive
import Kernel
import Primitives
import Subnets

/// The latest sharings of the root, and the gifts of the same time. Who looks back a long way reads
/// many pages of the log; so the look has an end.
struct RootHistory {
  /// What one pool was worth at a sharing, and what its subnet drew.
  struct Reading: Sendable {
    var subnet: UInt64
    var value: UInt64
    var average: UInt64
    var share: UInt64
  }

  struct Sharing: Sendable {
    var epoch: UInt64
    var height: UInt64
    /// When its block was made.
    var time: Time
    var paid: UInt64 = 0
    var left: UInt64 = 0
    /// Those of the subnets that were looked for.
    var readings: [Reading] = []
  }

  struct Gift: Sendable {
    var from: Address
    var amount: UInt64
    var height: UInt64
  }

  /// The newest first.
  private(set) var sharings: [Sharing] = []
  private(set) var gifts: [Gift] = []

  /// A week of hours.
  static let length = 168
  /// Pages of the log that one look reads at most.
  private static let mostReads = 24
  /// Of these, how many for one stretch of blocks.
  private static let mostPages = 4
  private static let names = ["poolRead", "rootShared", "rootFunded"]

  /// - Parameters:
  ///   - subnet: whose readings are wanted; nil for all.
  ///   - height: the last block that is looked at.
  init(_ house: House, of subnet: UInt64? = nil, upTo height: UInt64) throws {
    let filter = EventsFilter(names: RootHistory.names, subjects: [RootFund.escrow])
    var end = height == .max ? height : height + 1
    var length: UInt64 = 16_384
    var reads = 0
    while end > 0, sharings.count < RootHistory.length, reads < RootHistory.mostReads {
      let start = end - min(end, length)
      var (found, after): ([(height: UInt64, event: Event)], UInt64?) =
        ([], start == 0 ? nil : start - 1)
      var isWhole = false
      var pages = 0
      while !isWhole, pages < RootHistory.mostPages, reads < RootHistory.mostReads {
        (pages, reads) = (pages + 1, reads + 1)
        let page = try house.records.events(after: after, filter, limit: .max).value
        for entry in page.events where entry.height < end {
          found.append((entry.height, try CBOR.decode(Event.self, from: entry.bytes)))
        }
        isWhole = page.through + 1 >= end || page.through <= after ?? 0
        after = page.through
      }
      // Of a stretch that is crowded the newest part would be missing: a shorter one is tried.
      guard isWhole else {
        length = max(length / 16, 256)
        continue
      }
      try take(found, of: subnet, house)
      end = start
      length = length.multipliedReportingOverflow(by: 4).partialValue
    }
    sharings = Array(sharings.prefix(RootHistory.length))
    gifts = Array(gifts.prefix(RootHistory.length))
  }

  /// Takes the events of a stretch of blocks, oldest first, before those that are known.
  private mutating func take(
    _ found: [(height: UInt64, event: Event)], of subnet: UInt64?, _ house: House
  ) throws {
    var readings: [UInt64: [Reading]] = [:]
    var (newer, given): ([Sharing], [Gift]) = ([], [])
    for (height, event) in found {
      func number(_ name: String) -> UInt64 {
        event.numbers.first { $0.name == name }?.value ?? 0
      }
      let epoch = number("epoch")
      switch event.name {
      case "poolRead":
        let reading = Reading(
          subnet: number("subnet"), value: number("value"), average: number("average"),
          share: number("share"))
        if subnet == nil || subnet == reading.subnet { readings[epoch, default: []] += [reading] }
      case "rootShared":
        newer.append(
          Sharing(
            epoch: epoch, height: height, time: try house.time(of: height) ?? .zero,
            paid: number("paid"), left: number("left"), readings: readings[epoch] ?? []))
        readings[epoch] = nil
      default:
        given.append(
          Gift(
            from: event.parties.first ?? Address(), amount: number("amount"), height: height))
      }
    }
    sharings += newer.reversed()
    gifts += given.reversed()
  }
}

extension RootHistory {
  /// The readings of one pool, oldest first, as prices are drawn.
  func line(of subnet: UInt64) -> PriceLine {
    var line = PriceLine(points: [], average: [])
    line.subject = PriceLine.Subject(
      title: "Value of what the pool was seeded with, over time",
      nothing: "No reading of the pool yet: one is made each hour.", noun: "reading", done: "",
      measure: "value")
    for sharing in sharings.reversed() {
      guard let reading = sharing.readings.first(where: { $0.subnet == subnet }) else { continue }
      let time = sharing.time.milliseconds
      line.points.append(.init(time: time, price: reading.value, isGood: true))
      line.average?.append((time, reading.average))
    }
    return line
  }

  var json: JSONValue { .array(sharings.map(\.json)) }
}

extension RootHistory.Sharing {
  var json: JSONValue {
    [
      "epoch": .unsigned(epoch), "height": .unsigned(height),
      "time": .unsigned(time.milliseconds), "paid": .unsigned(paid), "left": .unsigned(left),
      "readings": .array(
        readings.map {
          [
            "subnet": .unsigned($0.subnet), "value": .unsigned($0.value),
            "average": .unsigned($0.average), "share": .unsigned($0.share),
          ]
        }),
    ]
  }
}

extension RootHistory.Gift {
  var json: JSONValue {
    [
      "from": .string(from.checksummed), "amount": .unsigned(amount), "height": .unsigned(height),
    ]
  }
}
