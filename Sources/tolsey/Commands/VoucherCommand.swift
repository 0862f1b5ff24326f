// `tolsey voucher`: what stands behind runs that are paid by voucher, and who shows that a seller
// said two things.

import ArgumentParser
import Chain
import NetworkRoom
import Payments
import Primitives

struct VoucherCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "voucher", abstract: "Vouchers: what stands behind runs that they pay.",
    subcommands: [VoucherBonds.self, VoucherEquivocation.self, VoucherUnbond.self])
}

/// The bonds of a seller's doors, and its claims that are under audit.
struct SellerBonds {
  let bonds: [StandingBond]
  let claims: [HeldClaimEntry]

  init(of seller: Address, _ link: NodeLink) async throws {
    bonds = try await link.ask { client throws(ClientError) in
      try await client.standingBonds(of: seller)
    }
    claims = try await link.ask { client throws(ClientError) in
      try await client.heldClaims(of: seller)
    }
  }

  private static func stage(_ row: HeldClaim) -> String {
    switch ClaimStage(rawValue: row.stage) {
    case .fixed: "waits for the beacon"
    case .drawn: "a run has to be opened"
    case .unproved: "a run has to be proved"
    case .shown: "open, and paid soon"
    case nil: "unknown"
    }
  }

  private func claims(of bond: StandingBond) -> [HeldClaimEntry] {
    claims.filter { $0.row.bond == StandingBond.key(bond.seller, bond.door) }
  }

  private func exposure(of bond: StandingBond) -> Amount {
    claims(of: bond).reduce(.zero) { (try? $0.adding($1.row.amount)) ?? Amount(.max) }
  }

  var data: JSONValue {
    .array(
      bonds.map { bond in
        [
          "door": .string(bond.door.checksummed), "work": .string(bond.work),
          "check": .string(bond.check.kind), "bond": .unsigned(bond.bond.units),
          "tied": .unsigned(bond.tied.units), "isConvicted": .bool(bond.isConvicted),
          "isLeaving": .bool(bond.leaves != .never),
          "exposure": .unsigned(exposure(of: bond).units),
          "audits": .array(
            claims(of: bond).map { entry in
              [
                "claim": .string("\(entry.id)"), "amount": .unsigned(entry.row.amount.units),
                "stage": .string(SellerBonds.stage(entry.row)),
                "deadline": .unsigned(entry.row.deadline.milliseconds),
              ]
            }),
        ]
      })
  }

  func text(_ paint: Paint) -> String {
    var table = TextTable(
      .left("door"), .left("check"), .right("bond"), .right("free"), .right("under audit"),
      .left("state"))
    for bond in bonds {
      let state = bond.isConvicted ? "lost" : bond.leaves != .never ? "leaving" : "stands"
      table.add(
        .init(bond.door.checksummed, .handle), .init(bond.check.kind),
        .init(Dollars.text(bond.bond)), .init(Dollars.text(bond.free)),
        .init(Dollars.text(exposure(of: bond))), .init(state))
    }
    var audits = TextTable(.left("claim"), .right("amount"), .left("audit"))
    for entry in claims {
      audits.add(
        .init("\(entry.id)", .handle), .init(Dollars.text(entry.row.amount)),
        .init(SellerBonds.stage(entry.row)))
    }
    let list = table.text(paint, empty: "no bond stands behind vouchers")
    return claims.isEmpty ? list : list + "\n\n" + audits.text(paint, empty: "")
  }
}

struct VoucherBonds: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "bonds", abstract: "Show what stands behind a seller's vouchers.",
    discussion: """
      A door of a seller is the receiverAuthorizer that its 402 names. Behind a door without a \
      bond stands nothing but the seller's word.
      """)
  static let schema = "voucher.bonds/1"

  @OptionGroup var whose: StatusOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let seller = try whose.address()
    let found = try await SellerBonds(of: seller, try await node.connect(console))
    let data: JSONValue = ["seller": .string(seller.checksummed), "bonds": found.data]
    console.result(Self.schema, data) { found.text($0) }
  }
}

struct VoucherEquivocation: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "equivocation",
    abstract: "Show two receipts that one seller signed for one place.",
    discussion: """
      Both are files of signed runs, or answers with one in them. The ledger judges them in the \
      block that takes them: the seller's standing bond is lost, half of it to the payer of the \
      channel, and claims of the seller that are under audit go back to their payers.
      """)
  static let schema = "voucher.equivocation/1"

  @Argument(help: "A receipt.") var first: String
  @Argument(help: "Another of the same place.") var second: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let files = try [first, second].map { try read($0) }
    guard files[0].run.contradicts(files[1].run) else { throw Failure(Refusal("noContradiction")) }
    let (_, key) = try key.open()
    let wallet = Wallet(try await node.connect(console), key)
    let settlement = try await wallet.send {
      .showEquivocation(ShowEquivocation($0, RunWord(files[0]), RunWord(files[1])))
    }
    let seller = files[0].run.provider.checksummed
    var members = Wallet.data(settlement).members ?? []
    members.append(.init(name: "seller", value: .string(seller)))
    console.result(Self.schema, .object(members)) { paint in
      "\(paint(.handle, seller)) signed both: its standing bond is lost, in block "
        + "\(settlement.height)"
    }
  }

  private func read(_ file: String) throws -> SignedRun {
    let bytes = try LocalFile.read(file, limit: SignedRun.sizeLimit)
    do throws(Refusal) { return try SignedRunView(verifying: bytes).file } catch {
      throw ReceiptFailure.failure(error, file)
    }
  }
}

struct VoucherUnbond: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "unbond", abstract: "Ask the bond of a door of yours back.",
    discussion: "It comes home after the unbonding time, once no claim ties it.")
  static let schema = "voucher.unbond/1"

  @Argument(help: "The door: see 'tolsey voucher bonds'.") var door: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let door = try KeyOptions.address(door)
    let (_, key) = try key.open()
    let wallet = Wallet(try await node.connect(console), key)
    let settlement = try await wallet.send {
      .withdrawStandingBond(WithdrawStandingBond($0, door: door))
    }
    console.result(Self.schema, Wallet.data(settlement)) { _ in
      "asked back in block \(settlement.height); until it is home it stands behind your claims"
    }
  }
}
