// Draws against the vectors, and against inputs that must be refused and not trap.

import Foundation
import Primitives
import Testing

@testable import Kernel

struct DrawCase: Decodable {
  var object, fixed, salt, beacon, seed: String
  var audited: [String: Bool]
  var bonds: [UInt64]
  var auditors: [Int]
  var m: Int
  var replicas, reserve: [Int]
  var delta, offset: UInt64

  var draw: Draw {
    Draw(
      object: bytes32(object), fixed: bytes32(fixed), salt: bytes32(salt),
      beacon: bytes32(beacon))
  }
}

struct BeaconCase: Decodable {
  var last, link, next: String
  var opened: [[String]]

  var pairs: [(object: Bytes32, salt: Bytes32)] {
    opened.map { (bytes32($0[0]), bytes32($0[1])) }
  }
}

struct MechanismVectors: Decodable {
  var draws: [DrawCase]
  var beacons: [BeaconCase]

  static func load(_ here: String = #filePath) throws -> Self {
    let file = URL(fileURLWithPath: here).deletingLastPathComponent()
      .appendingPathComponent("../Vectors/mechanisms/incentives.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}

func bytes32(_ hex: String) -> Bytes32 {
  var bytes: [UInt8] = []
  var rest = hex[...]
  while let byte = UInt8(rest.prefix(2), radix: 16) {
    bytes.append(byte)
    rest = rest.dropFirst(2)
  }
  return Bytes32(bytes) ?? .zero
}

@Suite struct DrawTests {
  @Test func everyVectorIsMet() throws {
    let cases = try MechanismVectors.load().draws
    #expect(cases.count == 12)
    for c in cases {
      let draw = c.draw
      #expect(draw.seed == bytes32(c.seed))
      for (ppm, audited) in c.audited {
        #expect(draw.isAudited(ppm: try #require(UInt64(ppm))) == audited)
      }
      let bonds = c.bonds.map { Amount($0) }
      for (turn, auditor) in c.auditors.enumerated() {
        #expect(try draw.auditor(turn: UInt64(turn), bonds: bonds) == auditor)
      }
      let drawn = try draw.seats(c.replicas.count, of: c.m)
      #expect(drawn.seats == c.replicas)
      #expect(drawn.reserve == c.reserve)
      #expect(try draw.offset(in: Amount(c.delta)) == c.offset)
    }
  }

  @Test func everyInputMatters() throws {
    let c = try MechanismVectors.load().draws[0]
    let parts = [c.object, c.fixed, c.salt, c.beacon].map(bytes32)
    for part in 0..<4 {
      var other = parts
      let words = other[part].words
      other[part] = Bytes32(words: words.0, words.1, words.2, words.3 ^ 1)
      let draw = Draw(object: other[0], fixed: other[1], salt: other[2], beacon: other[3])
      #expect(draw.seed != bytes32(c.seed))
    }
    // Swapping two inputs of equal length is another draw.
    let swapped = Draw(object: parts[1], fixed: parts[0], salt: parts[2], beacon: parts[3])
    #expect(swapped.seed != bytes32(c.seed))
  }

  @Test func nothingIsDrawnFromNothing() throws {
    let draw = try MechanismVectors.load().draws[0].draw
    #expect(throws: Refusal("emptyDraw")) { try draw.below(0, 0) }
    #expect(throws: Refusal("emptyDraw")) { try draw.auditor(turn: 0, bonds: []) }
    #expect(throws: Refusal("emptyDraw")) {
      try draw.auditor(turn: 0, bonds: [Amount(0), Amount(0)])
    }
    #expect(throws: Refusal("emptyDraw")) { try draw.offset(in: .zero) }
    #expect(throws: Refusal.overflow) {
      try draw.auditor(turn: 0, bonds: [Amount(.max), Amount(1)])
    }
    #expect(throws: Refusal("noSuchTurn", ["turn": 7, "turns": 7])) {
      try draw.auditor(turn: 7, bonds: [Amount(1)])
    }
    #expect(throws: Refusal("tooFewForSeats", ["entries": 2, "seats": 3])) {
      try draw.seats(3, of: 2)
    }
    #expect(throws: Refusal.self) { try draw.seats(-1, of: 2) }
    #expect(throws: Refusal.self) { try draw.seats(0, of: -1) }
  }

  @Test func edgesOfTheRange() throws {
    let draw = try MechanismVectors.load().draws[3].draw
    #expect(try draw.below(1, 5) == 0)
    #expect(try draw.below(.max, 5) < .max)
    #expect(draw.isAudited(ppm: 0) == false)
    #expect(draw.isAudited(ppm: million))
    #expect(draw.isAudited(ppm: .max))
    #expect(try draw.auditor(turn: 0, bonds: [Amount(0), Amount(5), Amount(0)]) == 1)
    let none = try draw.seats(0, of: 3)
    #expect(none.seats.isEmpty && none.reserve == [0, 1, 2])
    let all = try draw.seats(3, of: 3)
    #expect(all.seats.sorted() == [0, 1, 2] && all.reserve.isEmpty)
  }

  /// Over many salts the draw gives each bond its share and each bidder its chance.
  @Test func sharesFollowBonds() throws {
    let bonds = [Amount(100), Amount(0), Amount(300), Amount(600)]
    var auditors = [0, 0, 0, 0]
    var seats = [0, 0, 0, 0, 0, 0]
    var audited = 0
    let rounds = 4_000
    for round in 0..<rounds {
      let salt = Bytes32(words: 0, 0, 0, UInt64(round))
      let draw = Draw(object: .zero, fixed: .zero, salt: salt, beacon: .zero)
      auditors[try draw.auditor(turn: 0, bonds: bonds)] += 1
      for seat in try draw.seats(3, of: 6).seats { seats[seat] += 1 }
      if draw.isAudited(ppm: 50_000) { audited += 1 }
    }
    // Six standard deviations of a binomial draw on either side.
    func near(_ count: Int, _ percent: Int) -> Bool {
      let off = count * 100 - rounds * percent
      return off * off <= 36 * rounds * percent * (100 - percent)
    }
    #expect(near(auditors[0], 10) && auditors[1] == 0)
    #expect(near(auditors[2], 30) && near(auditors[3], 60))
    #expect(seats.allSatisfy { near($0, 50) })
    #expect(near(audited, 5))
  }
}
