// A node is killed again and again under load: nothing that it said is lost, nothing happens twice.

import Agents
import Chain
import Ciphers
import Foundation
import Inference
import Kernel
import Market
import NetworkRoom
import Node
import Primitives
import Testing

@Suite(.timeLimit(.minutes(60))) struct KillTests {
  static let kills = 22
  static let purse = Amount(1_000_000_000)
  static let lanes: [UInt8] = [0, 1, 2]

  private func folder() -> String {
    NSTemporaryDirectory() + "tolsey-kill-" + UUID().uuidString
  }

  private func start(_ folder: String) async throws -> (KillProgram, NodeClient) {
    let program = try await KillProgram(folder: folder, accounts: 6)
    return (program, NodeClient(patient: program.ready.address))
  }

  @Test func whatWasAcknowledgedSurvivesTwentyKills() async throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var (program, client) = try await start(folder)
    let journal = KillJournal(keys: program.ready.keys, domain: try await client.genesis().domain)
    #expect(journal.keys.count == 6)
    var busyLives = 0
    var checked: Set<Bytes32> = []
    for life in 0..<KillTests.kills {
      let before = journal.acknowledged
      // Half of the lives end at some moment: within a commit, between two, just after a start. The
      // others end at the very answer to a message, which must be durable by then.
      let last = life % 2 == 0 ? Int.max : before + 20 + 17 * life % 60
      try await live(client, journal, life, toAnswer: last, program)
      if journal.acknowledged > before { busyLives += 1 }
      client.close()
      (program, client) = try await start(folder)
      #expect(program.ready.height >= journal.greatestHeight)
      try await compare(client, journal, &checked)
    }
    program.murder()
    client.close()
    #expect(busyLives >= 20)
    #expect(journal.acknowledged > KillTests.kills * 10)
    #expect(journal.read { $0.faults } == [])
  }

  /// Clients send until the node is gone: after a span of that life's own, or at the answer of that
  /// number.
  private func live(
    _ client: NodeClient, _ journal: KillJournal, _ life: Int, toAnswer last: Int,
    _ program: KillProgram
  ) async throws {
    let before = journal.acknowledged
    try await withThrowingTaskGroup(of: Void.self) { group in
      for payer in journal.keys.indices {
        for lane in KillTests.lanes {
          journal.sends(1)
          group.addTask {
            await pay(client, journal, payer, lane, toAnswer: last, program)
            journal.sends(-1)
          }
        }
      }
      if last == .max {
        // Two may end before they have answered anybody. The span of the others begins with an
        // answer, for on a busy machine the first of them takes longer than any span.
        try await until {
          life < 4 || journal.acknowledged > before || journal.senders == 0
        }
        try await Task.sleep(for: .milliseconds(120 + 61 * life % 310))
        program.murder()
      }
      try await group.waitForAll()
      program.murder()
    }
  }

  private func pay(
    _ client: NodeClient, _ journal: KillJournal, _ payer: Int, _ lane: UInt8,
    toAnswer last: Int, _ program: KillProgram
  ) async {
    while true {
      let message = journal.next(of: payer, lane: lane)
      do throws(ClientError) {
        let answer = try await client.submit(message, patience: .zero)
        if journal.acknowledged + 1 >= last { program.strike() }
        journal.note(answer)
      } catch {
        if case .refused(let problem) = error {
          journal.fault("\(message.id) was turned away: \(problem.code)")
        }
        return
      }
    }
  }

  /// Holds the node to the journal: each answer again, each balance, each place in a lane.
  private func compare(
    _ client: NodeClient, _ journal: KillJournal, _ checked: inout Set<Bytes32>
  ) async throws {
    for entry in journal.read({ Array($0.entries.values) })
    where !checked.contains(entry.message.id) {
      let found = try await client.outcome(of: entry.message.id)
      if let answer = entry.answer {
        #expect(found == answer)
        checked.insert(entry.message.id)
      } else if let found {
        // It was made durable, and the node died before it could say so.
        journal.note(found)
      }
    }
    // Those found just now stay unchecked until the next life, which must say the same.
    let wanted = journal.balances(from: KillTests.purse)
    for key in journal.keys {
      let account = try await client.account(key.address)
      #expect(Int64(account.balance.units) == wanted[key.address])
      for lane in KillTests.lanes {
        let done = journal.read { book in
          book.entries.values.count {
            $0.answer != nil && $0.message.head.from == key.address
              && $0.message.head.lane == lane
          }
        }
        #expect(account.nextSequence(lane: lane) == UInt64(done))
      }
    }
    // Sending again what was done changes nothing and gives the same answer.
    if let last = journal.read({ book in book.order.last { book.entries[$0]?.answer != nil } }),
      let entry = journal.read({ $0.entries[last] })
    {
      #expect(try await client.submit(entry.message) == entry.answer)
    }
  }
}

// MARK: - Absence

extension KillTests {
  /// The seat has a minute to answer, of which it needs a hundredth, and the node is dead for
  /// longer.
  @Test func anHonestSeatIsNotSlashedForTheNodesAbsence() async throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var (program, client) = try await start(folder)
    let road = KillRoad(
      buyer: program.ready.keys[0], provider: program.ready.keys[1],
      domain: try await client.genesis().domain)
    try await road.publish(client)
    let offer = try await road.post(client, sequence: 0, runTime: 60)
    let run = try await road.take(offer, sequence: 0, client)
    let before = try await client.status()
    program.murder()
    client.close()
    try await Task.sleep(for: .seconds(62))

    (program, client) = try await start(folder)
    let alive = try await client.run(run.id)
    #expect(alive.run != nil && alive.settled.isEmpty)
    try await road.answer(run, sequence: 1, client)
    try await road.accept(run, sequence: 1, client)
    let settled = try #require(try await client.run(run.id).settled.first)
    #expect(settled.verdict.outcome == .accepted)
    let after = try await client.status()
    // What it was dead for has passed on the wall, and not on the market.
    let wall = after.time.milliseconds - before.time.milliseconds
    let market = after.marketTime.milliseconds - before.marketTime.milliseconds
    #expect(wall >= 62_000 && market + 62_000 <= wall)

    // The deadline is real: who is silent while the node lives loses the run.
    let brief = try await road.post(client, sequence: 2, runTime: 8)
    let second = try await road.take(brief, sequence: 2, client)
    var silent = try await client.run(second.id)
    try await until {
      silent = try await client.run(second.id)
      return silent.run == nil
    }
    #expect(silent.run == nil)
    #expect(silent.settled.first?.verdict.outcome == .noEvidence)
    program.murder()
    client.close()
  }
}

/// A road under `open` between two people, over HTTP.
struct KillRoad {
  let buyer: PrivateKey
  let provider: PrivateKey
  let domain: EIP712.Domain
  let inputKey = Bytes32(words: 1, 1, 1, 1)
  let outputKey = Bytes32(words: 2, 2, 2, 2)
  let salt = Bytes32(words: 3, 3, 3, 3)

  private func head(_ key: PrivateKey, _ sequence: UInt64) -> Head {
    Head(from: key.address, sequence: sequence, validUntil: .never)
  }

  @discardableResult
  private func send(
    _ message: Message, by key: PrivateKey, _ client: NodeClient
  ) async throws -> Bytes32 {
    let sent = try await client.submit(
      SignedMessage.signing(message, with: key, domain: domain))
    guard sent.outcome.isDone else { throw KillFailure("refused: \(sent.outcome.code)") }
    return sent.id
  }

  private func wrap(
    _ contentKey: Bytes32, to reader: PrivateKey, by sender: PrivateKey, _ client: NodeClient
  ) async throws -> WrappedKey {
    WrappedKey(
      contentKey, to: reader.address, publishing: SealingKey(of: reader).published, by: sender,
      network: try await client.genesis().network)
  }

  private func shelve(
    _ text: String, key: Bytes32, by owner: PrivateKey, for reader: PrivateKey,
    _ client: NodeClient
  ) async throws -> Content {
    let bytes = Array(text.utf8)
    let chunks =
      owner.address == buyer.address
      ? try ContentChunks(input: bytes, key: key)
      : try ContentChunks(
        output: bytes, salt: ContentSalt(contentKey: inputKey), key: key)
    let kept = try await client.put(
      blob: chunks.blob, readers: [reader.address], by: owner, at: WallClock().now)
    return Content(chunks, custody: kept.custody)
  }

  /// Both publish their keys.
  func publish(_ client: NodeClient) async throws {
    for key in [buyer, provider] {
      let head = Head(from: key.address, lane: 9, sequence: 0, validUntil: .never)
      let notice = PublishKey(head, sealingKey: SealingKey(of: key).published)
      try await send(.publishKey(notice), by: key, client)
    }
  }

  func post(_ client: NodeClient, sequence: UInt64, runTime: UInt64) async throws -> OfferID {
    var m = PostOffer()
    m.head = head(provider, sequence)
    m.work = "inference"
    m.spec = InferenceSpec(model: salt).encoded
    m.check = CheckTerms("open")
    m.rate = Rate(Amount(1_000_000))
    m.runTime = runTime
    m.capacity = 2
    return OfferID(try await send(.postOffer(m), by: provider, client))
  }

  func take(_ offer: OfferID, sequence: UInt64, _ client: NodeClient) async throws -> RunKey {
    var m = TakeOffer()
    m.head = head(buyer, sequence)
    m.offer = offer
    m.input = try await shelve("in", key: inputKey, by: buyer, for: provider, client)
    m.key = try await wrap(inputKey, to: provider, by: buyer, client)
    _ = try await send(.takeOffer(m), by: buyer, client)
    guard let lease = try await client.leases(of: buyer.address).items.first else {
      throw KillFailure("taking an offer made no lease")
    }
    return RunKey(LeaseID(lease.id), 0)
  }

  func answer(_ run: RunKey, sequence: UInt64, _ client: NodeClient) async throws {
    var m = SubmitEvidence()
    m.head = head(provider, sequence)
    m.run = run
    m.evidence = Evidence(
      output: try await shelve("out", key: outputKey, by: provider, for: buyer, client), units: 1)
    m.key = try await wrap(outputKey, to: buyer, by: provider, client)
    try await send(.submitEvidence(m), by: provider, client)
  }

  func accept(_ run: RunKey, sequence: UInt64, _ client: NodeClient) async throws {
    var m = AcceptRun()
    m.head = head(buyer, sequence)
    m.run = run
    try await send(.acceptRun(m), by: buyer, client)
  }
}
