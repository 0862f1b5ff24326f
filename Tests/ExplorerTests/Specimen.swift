// A small market as pages find it: roads of every kind and check, honest, false and hostile.

import Archive
import Chain
import Explorer
import Graphs
import Inference
import Kernel
import Market
import Primitives
import Reputation

/// Everything behind the pages, made once; nothing in it is random.
struct Specimen: Sendable {
  var records = MemoryRecords()
  var listings = MemoryListings()
  var genesis = Genesis()
  var now = Time()

  /// What somebody would write who wants to be more than text.
  static let hostile = "<script>alert('x')</script>\u{202E}&\"'\u{0}"

  static let shared: Specimen = {
    do { return try SpecimenMaker.market() } catch { fatalError("the specimen: \(error)") }
  }()

  /// A node on which nothing has happened yet.
  static let empty: Specimen = {
    var specimen = Specimen()
    specimen.genesis = SpecimenMaker.genesis
    specimen.records.genesis = SpecimenMaker.genesis
    specimen.now = SpecimenMaker.start
    return specimen
  }()

  var house: House {
    let now = now
    return House(
      records: records, listings: listings, genesis: genesis, version: "0.4.0", isStepped: true,
      hasFaucet: true
    ) { now }
  }

  static func key(_ name: String) -> PrivateKey { PrivateKey(seed: Array(name.utf8)) }
  static func address(_ name: String) -> Address { addresses[name] ?? key(name).address }

  private static let addresses = Dictionary(
    uniqueKeysWithValues: Specimen.cast.map { ($0, Specimen.key($0).address) })

  static let cast = [
    "operator", "ada", "ben", "cleo", "mill", "forge", "loom", "quarry", "wheel", "weasel",
    "owl", "lynx", "newcomer",
  ]

  static func hash(_ text: String) -> Bytes32 { SHA256.hash(Array(text.utf8)) }
}

/// What a road of the specimen is to be.
struct RoadPlan {
  var buyer = "ada"
  var work = "inference"
  var subject = Bytes32()
  var check = CheckTerms("open")
  /// The name of the provider whose newest offer is taken; nil for an auction.
  var offer: Bytes32?
  var seats: [String] = []
  var prices: [UInt64] = []
  var limit: UInt64 = 1_000_000
  var wanted: UInt64 = 1
  var runs: [RunPlan] = []
  var hasOpenRun = false
  /// A game that is played about the open run.
  var hasOpenGame = false
  var state = RoadState.over
  var ending = "leaseServed"
  var isSigned = false
}

/// How a run of it ends.
struct RunPlan {
  var outcome = Outcome.accepted
  var fates: [Fate] = [.paid]
  var audit = AuditFinding.none
  var auditor: String?
  /// A game about it, and who challenged.
  var game: GameState?
  var challenger: String?
  var reason = ""
  var gameReason = "stepFails"
}
