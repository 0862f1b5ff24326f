// Seats that share an answer and do not trust each other: a false root takes nobody else down.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Court: an answer that several seats share")
struct CourtSharedRootTests {
  static let audited = CheckTerms("replicated", [Number("replicas", 3), Number("audit", 50_000)])

  /// Three seats agree, nobody was drawn, and a puppet has challenged what is true.
  struct Table: ~Copyable {
    var house: House
    let run: RunKey
    let seats: [String]
    let answer: Bytes32
    let input: Bytes32

    var game: GameKey { GameKey(run, answer, House.account("puppet")) }
    var dispute: Dispute? { house.market.disputes[game.id] }

    /// A trace with the true ends; `middle` is what the tile of a false one is made of.
    func trace(_ middle: String?) -> [Bytes32] {
      let tile = middle.map { SHA256.hash(Array($0.utf8)) } ?? SHA256.hash(ToyTrace.opening)
      return [input, tile, answer]
    }

    mutating func show(_ leaves: [Bytes32], by seat: String) throws {
      var m = ShowTrace()
      m.head = House.head(seat)
      m.game = game
      m.root = WideTree.root(of: leaves)
      m.first = [Vertex(leaves)]
      m.last = [Vertex(leaves)]
      try house.send(m)
    }
  }

  static func table() throws -> Table {
    let bidders = ReplicatedRoadTests.bidders
    var house = try House(["buyer", "puppet"] + bidders + House.auditors)
    for name in House.auditors { try house.send(House.register(name)) }
    let (lease, row) = try ReplicatedRoadTests.awarded(&house, audited)
    let seats = row.seats.map { ReplicatedRoadTests.name(of: $0.provider) }
    for seat in seats { try house.send(House.honour(seat, lease)) }
    let run = RunKey(lease, 0)
    try house.send(try house.sendInput(run, to: seats))
    for seat in seats { try house.send(try house.seal(seat, run, "4")) }
    try house.block()
    try house.block()
    let salt = try spare(run, &house)
    try house.send(House.drawAudit(run, salt))
    for seat in seats { try house.send(try house.unseal(seat, run, "4")) }
    let answer = try house.unseal(seats[0], run, "4").evidence.output.root
    try house.send(House.challenge("puppet", run, answer))
    return Table(
      house: house, run: run, seats: seats, answer: answer, input: try house.input().root)
  }

  /// A salt with which the lot spares the run, put in the place of the committed one.
  static func spare(_ run: RunKey, _ house: inout House) throws -> Bytes32 {
    var row = try #require(house.market.runs[run])
    guard case .replicated(let check) = row.game else { throw Refusal("noGame") }
    for index in 0... {
      let salt = House.salt("spare \(index)")
      let draw = Draw(
        object: run.id.digest, fixed: check.draw.fixed, salt: salt, beacon: house.k.beaconValue)
      if draw.isAudited(ppm: 50_000) { continue }
      row.auditSalt = SaltCommitment.of(salt)
      house.market.runs[run] = row
      return salt
    }
    throw Refusal("noSalt")
  }

  /// The puppet's accomplice among the seats shows a false root and loses it at the step.
  private func loseRoot(_ table: inout Table) throws {
    let game = table.game
    let accomplice = table.seats[0]
    let lie = table.trace("a lie")
    try table.show(lie, by: accomplice)
    try table.house.send(House.open(game, lie, by: accomplice))
    try table.house.send(House.pick(game, 0, 2))
    try table.house.send(House.step(game, ToyTrace.falseOpening, by: accomplice))
  }

  @Test("an accomplice who loses a false root fells nobody while another root stands")
  func falseRoot() throws {
    var table = try Self.table()
    try loseRoot(&table)
    let game = table.game
    #expect(table.dispute?.isOver == false)
    #expect(table.dispute?.rootIndex == 1)
    let honest = table.seats[1]
    let truth = table.trace(nil)
    try table.show(truth, by: honest)
    try table.house.send(House.open(game, truth, by: honest))
    try table.house.send(House.pick(game, 0, 1))
    try table.house.send(House.open(game, [ToyTrace.half, truth[1]], by: honest))
    try table.house.send(House.pick(game, 1, 1))
    try table.house.send(House.step(game, ToyTrace.opening, by: honest))
    #expect(table.dispute?.isLost == true)
    try table.house.block(seconds: 721)
    #expect(table.house.market.runs[table.run] == nil)
    for seat in table.seats { #expect(table.house.gain(seat) > 0) }
    #expect(table.house.gain("puppet") < -20_000_000)
  }

  @Test("a root shown beforehand takes the place of the false one at once")
  func rootInReserve() throws {
    var table = try Self.table()
    let truth = table.trace(nil)
    let lie = table.trace("a lie")
    try table.show(lie, by: table.seats[0])
    try table.show(truth, by: table.seats[1])
    #expect(throws: Refusal("alreadyOpened")) {
      try table.show(lie, by: table.seats[1])
    }
    try table.house.send(House.open(table.game, lie, by: table.seats[0]))
    try table.house.send(House.pick(table.game, 0, 2))
    try table.house.send(House.step(table.game, ToyTrace.falseOpening, by: table.seats[0]))
    try table.house.send(House.open(table.game, truth, by: table.seats[2]))
    #expect(table.dispute?.rootIndex == 1)
  }

  @Test("an answer falls when no other seat stands by it in time")
  func nobodyElse() throws {
    var table = try Self.table()
    try loseRoot(&table)
    try table.house.block(seconds: 3_721)
    #expect(table.house.market.runs[table.run] == nil)
    for seat in table.seats { #expect(table.house.gain(seat) < -40_000_000) }
    #expect(table.house.gain("puppet") > 0)
    let refunded = table.house.gain("buyer")
    #expect(refunded == 0)
  }
}
