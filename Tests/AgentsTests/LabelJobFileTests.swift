// A job on the disk: killed at any byte, changed by a disk, opened twice.

import Agents
import Foundation
import Primitives
import Testing

@Suite struct LabelJobFileTests {
  private func folder() -> String { NSTemporaryDirectory() + "labels-" + UUID().uuidString }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func put(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private func code(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch { return (error as? LabelTrouble)?.code }
  }

  /// Plays a whole job into a folder and gives the state after each event.
  private func played(_ place: String) throws -> [LabelDataset] {
    var crowd = LabelCrowd(skills: Array(repeating: 85, count: 9))
    let file = try LabelJobFile.make(try crowd.definition(items: 60, gold: 10), at: place)
    var states = [LabelDataset(file.job)]
    func take(_ event: LabelEvent) throws {
      try file.take(event)
      states.append(LabelDataset(file.job))
    }
    while let round = file.job.upcoming {
      try take(LabelEvent(.begun, LabelOutcome(round: round.number)))
      for (number, order) in round.orders.enumerated() {
        for batch in order.batches.indices {
          try take(LabelEvent(.settled, crowd.outcome(round, number, batch)))
        }
      }
    }
    return states
  }

  @Test func killedAtAnyByteItGoesOnWhole() throws {
    let place = folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let states = try played(place)
    let all = try bytes(place + "/events")
    let ends = all.indices.filter { all[$0] == 0x0a }.map { $0 + 1 }
    #expect(ends.count + 1 == states.count)
    for cut in stride(from: 0, through: all.count, by: 97) {
      try put(Array(all[..<cut]), place + "/events")
      let whole = ends.count { $0 <= cut }
      let file = try LabelJobFile(place)
      #expect(LabelDataset(file.job) == states[whole])
      #expect(try bytes(place + "/events").count == (whole == 0 ? 0 : ends[whole - 1]))
    }
  }

  @Test func whatADiskChangedIsNoticed() throws {
    let place = folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    _ = try played(place)
    let all = try bytes(place + "/events")
    for spot in stride(from: 5, to: all.count - 1, by: 211) where all[spot] != 0x0a {
      var changed = all
      changed[spot] = all[spot] == 0x30 ? 0x31 : 0x30
      try put(changed, place + "/events")
      #expect(code { _ = try LabelJobFile(place) } == "jobDamaged")
    }
    // A line that is lost, and one that comes twice.
    let lines = all.split(separator: 0x0a)
    try put(Array(lines.dropFirst().joined(separator: [0x0a])) + [0x0a], place + "/events")
    #expect(code { _ = try LabelJobFile(place) } == "jobDamaged")
    try put(all + lines[lines.count - 1] + [0x0a], place + "/events")
    #expect(code { _ = try LabelJobFile(place) } == "jobDamaged")
    try put(all, place + "/events")
    #expect(code { _ = try LabelJobFile(place) } == nil)
    var definition = try bytes(place + "/definition")
    definition[definition.count / 2] ^= 1
    try put(definition, place + "/definition")
    #expect(code { _ = try LabelJobFile(place) } != nil)
  }

  @Test func oneProgramAtATime() throws {
    let place = folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let definition = try LabelCrowd(skills: [90]).definition(items: 60, gold: 10)
    var first: LabelJobFile? = try LabelJobFile.make(definition, at: place)
    #expect(code { _ = try LabelJobFile(place) } == "jobInUse")
    #expect(code { _ = try LabelJobFile.make(definition, at: place) } == "jobExists")
    #expect(first?.job.definition == definition)
    first = nil
    #expect(code { _ = try LabelJobFile(place) } == nil)
    #expect(code { _ = try LabelJobFile(folder()) } == "noJob")
  }

  @Test func refusedEventLeavesNoLine() throws {
    let place = folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let file = try LabelJobFile.make(
      try LabelCrowd(skills: [90]).definition(items: 60, gold: 10), at: place)
    #expect(code { try file.take(LabelEvent(.settled)) } == "notAsked")
    #expect(try bytes(place + "/events").isEmpty)
  }

  @Test func whoOrdersIsFixedWithTheFirstOrder() throws {
    let place = folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let crowd = LabelCrowd(skills: [90, 90])
    let owner = LabelOwner(network: SHA256.hash([1]), account: crowd.accounts[1], since: 7)
    func claim(_ owner: LabelOwner) throws -> LabelOwner { try LabelJobFile(place).claim(owner) }
    _ = try LabelJobFile.make(try crowd.definition(items: 60, gold: 10), at: place)
    #expect(try claim(owner) == owner)
    // Later it counts from where it began, whatever height it is.
    var other = owner
    other.since = 99
    #expect(try claim(other) == owner)
    other.network = SHA256.hash([2])
    #expect(code { _ = try claim(other) } == "otherOwner")
    other = owner
    other.account = Address()
    #expect(code { _ = try claim(other) } == "otherOwner")
    // Changed by a disk or a hand, at any byte; and that of another job.
    let line = try bytes(place + "/owner")
    for spot in line.indices.dropLast() {
      var changed = line
      changed[spot] = line[spot] == 0x30 ? 0x31 : 0x30
      try put(changed, place + "/owner")
      #expect(code { _ = try claim(owner) } == "jobDamaged", "\(spot)")
    }
    try put([], place + "/owner")
    #expect(code { _ = try claim(owner) } == "jobDamaged")
    try put(line, place + "/owner")
    let second = folder()
    defer { try? FileManager.default.removeItem(atPath: second) }
    _ = try LabelJobFile.make(try crowd.definition(items: 61, gold: 10), at: second)
    try put(line, second + "/owner")
    #expect(code { _ = try LabelJobFile(second).claim(owner) } == "jobDamaged")
  }

  @Test func lostOwnerOfAJobUnderWayHasTheLogReadFromItsBeginning() throws {
    let place = folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    _ = try played(place)
    let owner = LabelOwner(network: SHA256.hash([1]), account: Address(), since: 7)
    #expect(try LabelJobFile(place).claim(owner).since == 0)
  }

  @Test func whoOnlyLooksNeedsNoLockAndChangesNothing() throws {
    let place = folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let states = try played(place)
    let all = try bytes(place + "/events")
    try put(all + Array("half a li".utf8), place + "/events")
    let file = try LabelJobFile(place)
    try put(all + Array("half a li".utf8), place + "/events")
    #expect(LabelDataset(try LabelJobFile.job(at: place)) == states[states.count - 1])
    #expect(try bytes(place + "/events").count == all.count + 9)
    #expect(file.job.end != nil)
    #expect(code { _ = try LabelJobFile.job(at: folder()) } == "noJob")
  }
}
