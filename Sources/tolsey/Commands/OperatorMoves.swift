// What the operator sends by hand: escrows set free, new terms; and whose accounts are whose.

import ArgumentParser
import Chain
import Kernel
import Market
import NetworkRoom
import Primitives

struct OrderRelease: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Return the escrow of a frozen order or lease, as operator.",
    discussion: """
      A timer that could not be carried out freezes its order or lease: nothing moves there any \
      more, and 'tolsey event list --name stuck' names it. Its escrow goes back to who paid it in, \
      bonds to who laid them down.
      """)
  static let schema = "order.release/1"

  @Argument(help: "The id of the order or the lease, or its start, or the whole digest.")
  var object: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let object = try await digest(link)
    return { head in
      var m = ReleaseFrozen()
      m.head = head
      m.object = object
      return .releaseFrozen(m)
    }
  }

  /// The event that names a frozen object has its digest only.
  private func digest(_ link: NodeLink) async throws -> Bytes32 {
    if object.hasPrefix("0x") {
      guard let digest = Bytes32(hex: object) else {
        throw Failure(
          .usage, code: "badId", "\(object) is no whole digest",
          hint: "a digest is 0x and 64 hex digits")
      }
      return digest
    }
    let path = object.hasPrefix("lease_") ? "/api/leases/" : "/api/orders/"
    return try link.digest(in: try await link.get(path, id: object))
  }

  func text(_ settlement: NetworkRoom.Settlement, _ paint: Paint) -> String {
    "released \(paint(.handle, object)); its escrow went back to who paid it in"
  }
}

struct TermsAmend: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "amend", abstract: "Announce new terms, as the network's operator.",
    discussion: """
      They come into force after the delay that the present terms set, for orders that are placed \
      from then on; an order keeps the terms it was made under. A later announcement takes the \
      place of an earlier one, and waits anew. Terms that break a condition are refused here, \
      before anything is sent, and by every node: 'tolsey terms check FILE' works them all out.
      """)
  static let schema = "terms.amend/1"

  @Argument(help: "A JSON file of terms: take it from 'tolsey terms show --live --json'.")
  var file: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let terms = try TermsFile.read(file)
    let broken = TermsCheck.conditions(of: terms).filter { !$0.holds }
    if let first = broken.first {
      throw Failure(
        .refused, code: "termsCondition",
        "these terms break \(first.name): \(first.left) is not \(first.relation.rawValue) "
          + "\(first.right)",
        hint: "see all conditions with 'tolsey terms check \(file)'")
    }
    let live = try await link.ask { client throws(ClientError) in try await client.terms() }
    guard terms != live else {
      throw Failure(
        .usage, code: "sameTerms", "\(file) has the terms that are in force",
        hint: "change one, and look at it with 'tolsey terms check \(file)'")
    }
    return { .amendTerms(AmendTerms($0, terms: terms)) }
  }

  func text(_ settlement: NetworkRoom.Settlement, _ paint: Paint) -> String {
    "announced in block \(settlement.height); see "
      + paint(.handle, "tolsey event list --name termsAnnounced")
  }
}

struct AccountDeclare: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "declare", abstract: "Say that two accounts are one operator's.",
    discussion: """
      Both say it before it counts: the member names its operator, with --operator, and the \
      operator confirms the member, with --member. Accounts of one operator count as one in draws: \
      of their bids only the lowest stays, and none of them audits another's run. --withdraw takes \
      your own side back.
      """)
  static let schema = "account.declare/1"

  @Option(help: "Your operator's account: an address, or one of your keys.")
  var `operator`: String?
  @Option(help: "The account whose operator you are: an address, or one of your keys.")
  var member: String?
  @Flag(help: "Take back what you said.") var withdraw = false
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard `operator` == nil || member == nil else {
      throw ValidationError("name an operator of yours, or a member, not both")
    }
    guard `operator` != nil || member != nil || withdraw else {
      throw ValidationError("name your operator, or the member whose operator you are")
    }
  }

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let named = try `operator`.map { try KeyOptions.address($0) }
    let member = try member.map { try KeyOptions.address($0) } ?? .zero
    let ruler = named ?? (member == .zero ? .zero : account)
    return { [withdraw] in
      .declare(Declare($0, operator: ruler, member: member, isWithdrawn: withdraw))
    }
  }

  func text(_ settlement: NetworkRoom.Settlement, _ paint: Paint) -> String {
    if withdraw { return "taken back in block \(settlement.height)" }
    if let member { return "confirmed \(paint(.handle, member)) as an account of yours" }
    return "named \(paint(.handle, `operator` ?? "")) as your operator, who must confirm it: "
      + paint(.handle, "tolsey account declare --member YOU")
  }
}
