// A tournament through signed messages and blocks, whose truth is the output of a proved run.

import Kernel
import Market
import Primitives
import Testing
import Tournaments

@testable import Chain

@Suite struct TournamentRoadTests {
  private static let forecasts: [(name: String, forecast: [UInt64])] = [
    ("provider2", [1, 2, 3, 4]), ("provider3", [4, 3, 2, 1]),
  ]

  /// A tournament of four values; its truth is what a run of the model gives that its owner buys.
  private static func opened(
    _ network: inout SampleNetwork, _ model: SampleProver
  ) throws {
    var rules = TournamentRules()
    rules.values = 4
    rules.entryTime = 60
    rules.nameTime = 60
    rules.revealTime = 60
    let source = TruthSource(runUnder: ProvedRoadTests.check, spec: model.spec)
    _ = try network.say("buyer") {
      .createTournament(
        CreateTournament($1, name: "sums", rules, source, purse: Amount(2_000_000)))
    }
    for (name, forecast) in forecasts {
      let seal = Entry.seal(
        tournament: 1, by: Sample.address(name), forecast: forecast,
        salt: SampleNetwork.salt(name))
      _ = try network.say(name) {
        .enterTournament(
          EnterTournament($1, tournament: 1, seal: seal, stake: Amount(1_000_000)))
      }
    }
    try network.block(after: 60_000)
  }

  @Test func aProvedRunSaysTheTruth() throws {
    let model = try SampleProver()
    var network = try SampleNetwork.market()
    try Self.opened(&network, model)
    let run = try ProvedRoadTests.taken(&network, model)
    _ = try network.say("buyer") { .nameTruth(NameTruth($1, tournament: 1, run: run)) }
    let (output, proof) = try model.answer(SampleProver.input, nonce: run.id.digest)
    #expect(try ProvedRoadTests.send(&network, run, output, proof.bytes) == "")
    // The run settled, and the tournament learned its commitment in the same message.
    #expect(network.blocks.last?.results.events.map(\.name).contains("truthFixed") == true)
    try network.block(after: 60_000)
    for (name, forecast) in Self.forecasts {
      _ = try network.say(name) {
        .revealForecast(
          RevealForecast(
            $1, tournament: 1, forecast: forecast, salt: SampleNetwork.salt(name)))
      }
    }
    try network.block(after: 60_000)
    let salt = ContentSalt(contentKey: SampleNetwork.inputKey).value
    _ = try network.say("provider3") {
      .openTruth(OpenTruth($1, tournament: 1, truth: output, salt: salt))
    }
    try network.block(after: 1)
    let row = try #require(network.state.tournaments.tournament(1) as Tournament?)
    #expect(row.state == .paid && row.paid > .zero && row.burnt > .zero)
    #expect(network.state.kernel.ledger.supply() == network.state.kernel.ledger.minted())
    try RoadTests.expectReplay(of: network)
    try Self.expectRestarts(of: network)
  }

  /// A run whose proof is false gives no truth, and leaves room for another.
  @Test func aFalseProofGivesNoTruth() throws {
    let model = try SampleProver()
    var network = try SampleNetwork.market()
    try Self.opened(&network, model)
    let run = try ProvedRoadTests.taken(&network, model)
    _ = try network.say("buyer") { .nameTruth(NameTruth($1, tournament: 1, run: run)) }
    let (output, proof) = try model.answer(SampleProver.input, nonce: run.id.digest, lie: 1)
    #expect(try ProvedRoadTests.send(&network, run, output, proof.bytes) == "")
    #expect(network.blocks.last?.results.events.map(\.name).contains("truthFailed") == true)
    #expect(network.state.tournaments.tournament(1)?.run == .zero)
    try RoadTests.expectReplay(of: network)
  }

  /// A node that read its rows again after each block makes the same blocks as one that never
  /// stopped.
  static func expectRestarts(of network: borrowing SampleNetwork) throws {
    var rows: [Bytes32: RowChange] = [:]
    for change in try State.foundingRows(of: network.genesis) { rows[change.leafKey] = change }
    var replayed = try State(network.genesis)
    for block in network.blocks {
      for change in try replayed.replay(block) { rows[change.leafKey] = change }
      var loader = try StateLoader(network.genesis)
      for change in rows.values.sorted(by: { $0.leafKey < $1.leafKey }) {
        guard let row = change.row else { continue }
        try loader.load(table: change.table, key: change.key, row: row)
      }
      replayed = try loader.finish(at: block.header)
    }
    #expect(replayed.tip == network.state.tip)
  }
}
