// The buyer's and the provider's moves by hand: accept or reject a run, leave a lease, top up.

import ArgumentParser
import Chain
import Market
import NetworkRoom
import Primitives

struct RunAccept: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept", abstract: "Accept the answer of a run of yours under open.",
    discussion: "Silence accepts too, when the window is over. 'tolsey buy' does it for you.")
  static let schema = "run.accept/1"

  @Argument(help: "Its id, or the start of it.") var run: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let meant = try await RunKey.named(run, link)
    let settlement = try await Wallet(link, key).send { head in
      var m = AcceptRun()
      m.head = head
      m.run = meant
      return .acceptRun(m)
    }
    console.result(Self.schema, Wallet.data(settlement)) {
      "accepted \($0(.handle, meant.id.short)); its provider is paid"
    }
  }
}

struct RunReject: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject", abstract: "Reject the answer of a run of yours under open.",
    discussion: """
      The price is burned, not returned: nobody gains by rejecting, and your own record shows it. \
      The reason is shown and changes no payment.
      """)
  static let schema = "run.reject/1"

  enum Reason: String, CaseIterable, ExpressibleByArgument {
    case wrong, unusable, late, other

    var rejectReason: RejectReason {
      switch self {
      case .wrong: .wrong
      case .unusable: .unusable
      case .late: .late
      case .other: .other
      }
    }
  }

  @Argument(help: "Its id, or the start of it.") var run: String
  @Option(help: "Why.") var reason: Reason
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let meant = try await RunKey.named(run, link)
    let settlement = try await Wallet(link, key).send { head in
      var m = RejectRun()
      m.head = head
      m.run = meant
      m.reason = reason.rejectReason
      return .rejectRun(m)
    }
    console.result(Self.schema, Wallet.data(settlement)) {
      "rejected \($0(.handle, meant.id.short)); its price is burned"
    }
  }
}

struct LeaseClose: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Leave a lease of yours between two runs.",
    discussion: "What its runs did not use comes back, and the bonds go home.")
  static let schema = "lease.close/1"

  @Argument(help: "Its id, or the start of it.") var lease: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let id = LeaseID(try link.digest(in: await link.get("/api/leases/", id: lease)))
    let settlement = try await Wallet(link, key).send { head in
      var m = CloseLease()
      m.head = head
      m.lease = id
      return .closeLease(m)
    }
    console.result(Self.schema, Wallet.data(settlement)) {
      "left \($0(.handle, id.short)); what it did not use is back"
    }
  }
}

struct OfferTopUp: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "topup", abstract: "Add slots to an offer of yours, or replace lost ones.",
    discussion: "Each slot locks a bond. Somebody has to serve them: 'tolsey sell' does.")
  static let schema = "offer.topup/1"

  @Argument(help: "Its id, or the start of it.") var offer: String
  @Option(help: "How many slots to add.") var slots: UInt64 = 1
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let id = OfferID(try link.digest(in: await link.get("/api/offers/", id: offer)))
    let settlement = try await Wallet(link, key).send { head in
      var m = TopUpOffer()
      m.head = head
      m.offer = id
      m.slots = slots
      return .topUpOffer(m)
    }
    console.result(Self.schema, Wallet.data(settlement)) {
      "\($0(.handle, id.short)) has \(slots) more \(slots == 1 ? "slot" : "slots")"
    }
  }
}

extension RunKey {
  /// The run that a person named, by the lease and the place that a node knows for it.
  static func named(_ word: String, _ link: NodeLink) async throws -> RunKey {
    let json = try await link.get("/api/runs/", id: word)
    guard let text = json["lease"]?.string, let index = json["index"]?.uint64,
      let lease = try? PrintedID.parse(LeaseKind.prefix, text)
    else { throw Failure(ClientError.garbled("its answer names no lease")) }
    return RunKey(LeaseID(lease), index)
  }
}
