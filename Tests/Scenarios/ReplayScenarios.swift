// Finished disputes judged again from their files, and files in which anything was changed.

import Agents
import Chain
import Market
import Models
import Primitives
import Testing
import Workers

@Suite("A dispute judged again")
struct ReplayScenarios {
  /// The record of the first game of a world, as a node collects it.
  static func record(_ court: Court) async throws -> DisputeRecord {
    let begun = try #require(await court.events("gameBegun").first)
    let ended = try #require(
      await court.world.blocks.flatMap(\.results.events).first {
        ["gameWon", "gameLost"].contains($0.name) && $0.objects == begun.objects
      })
    var record = DisputeRecord()
    record.genesis = await court.world.genesis()
    record.state = ended.name == "gameWon" ? "won" : "lost"
    record.reason = try #require(ended.numbers.first?.name)
    let done = await court.world.done
    for signed in done {
      switch signed.message {
      case .publishModel(let m): record.manifest = m.manifest
      case .postOffer: record.promise = signed
      default: continue
      }
    }
    let about = done.filter { $0.message.run?.id.digest == begun.subject }
    for signed in about {
      guard let key = signed.message.run,
        let output = DisputeRecord.output(in: signed.message)
      else { continue }
      let game = GameKey(key, output, begun.parties[0])
      if game.id.digest == begun.objects.first { record.game = game }
    }
    for signed in about { record.add(signed) }
    record.receipt = try await court.world.receipt(record.game.run)
    #expect(record.game.id.digest == begun.objects.first)
    return record
  }

  static func played(volunteer: Bool) async throws -> Court {
    let wants = try Court.wants(1, audit: volunteer ? 50_000 : 1_000_000, isPublic: volunteer)
    let court = try Court(
      wants, answering: LieInTheMiddle(), volunteer: volunteer ? 1_000_000 : 0)
    try await court.play()
    return court
  }

  @Test("a file says again what the ledger said", arguments: [false, true])
  func again(_ volunteer: Bool) async throws {
    let record = try await Self.record(try await Self.played(volunteer: volunteer))
    let read = try DisputeRecord(bytes: record.encoded)
    #expect(read == record)
    let finding = try DisputeReplay.judge(read)
    #expect(finding.state == "won" && finding.reason == "stepFails")
    #expect(finding.isAudit == !volunteer)
    #expect(finding.provider == Stage.key(1).address)
    #expect(finding.rounds == finding.picks.count && finding.rounds >= 1)
    let step = try #require(finding.step)
    #expect(!step.holds && step.tensor == 2 && step.bytes < 100_000 && step.work > 0)
    #expect(finding.providerBytes > finding.challengerBytes)
  }

  @Test("a silent challenger lost, which its file shows by whose turn it was")
  func silence() async throws {
    let model = try Court.model()
    var plans: [Int: CheckerPlan] = [:]
    for number in 1...4 {
      plans[number] = CheckerPlan(
        [model], bond: Court.bond, conduct: .junk(seed: SHA256.hash([UInt8(number)])))
    }
    let court = try Court(try Court.wants(1, audit: 1_000_000), plans: plans)
    try await court.play()
    let record = try await Self.record(court)
    let finding = try DisputeReplay.judge(record)
    #expect((finding.state, finding.reason) == ("lost", "challengerSilent"))
    #expect(finding.step == nil)
    var turned = record
    (turned.state, turned.reason) = ("won", "defenderSilent")
    #expect(throws: Refusal.self) { try DisputeReplay.judge(turned) }
  }

  @Test("whatever is changed in a file is refused")
  func changed() async throws {
    let record = try await Self.record(try await Self.played(volunteer: false))
    func refused(_ change: (inout DisputeRecord) throws -> Void) throws -> String {
      var other = record
      try change(&other)
      do { _ = try DisputeReplay.judge(other) } catch { return error.code }
      return "nothing"
    }
    #expect(try refused { $0.state = "lost" } == "otherEnd")
    #expect(try refused { $0.reason = "stepHolds" } == "otherEnd")
    #expect(try refused { $0.manifest[0] ^= 1 } == "otherModel")
    #expect(try refused { $0.genesis.chainId += 1 } == "notTheSigner")
    #expect(try refused { $0.receipt[40] ^= 1 } != "nothing")
    #expect(try refused { $0.start = $0.promise } == "otherClaim")
    #expect(try refused { $0.game.challenger = Stage.key(2).address } == "noSuchGame")
    for place in record.moves.indices {
      let isVoid = try refused { $0.moves.remove(at: place) } != "nothing"
      #expect(isVoid, "without move \(place)")
      let isTwice = try refused { $0.moves.insert($0.moves[place], at: place) } != "nothing"
      // The same seal said twice says nothing new.
      let isSeal = record.moves[place].message.kind == .sealTrace
      #expect(isTwice || isSeal, "move \(place) twice")
    }
  }

  @Test("a single changed bit anywhere is refused, or the file no file any more")
  func everyBit() async throws {
    let bytes = try await Self.record(try await Self.played(volunteer: false)).encoded
    // Every byte would take minutes; a walk with a step that is no multiple of anything here.
    for place in stride(from: 0, to: bytes.count, by: 97) {
      var other = bytes
      other[place] ^= 1 << UInt8(place % 8)
      let isRefused: Bool
      do {
        _ = try DisputeReplay.judge(try DisputeRecord(bytes: other))
        isRefused = false
      } catch { isRefused = true }
      #expect(isRefused, "byte \(place)")
    }
  }
}
