// A sold run that a claim sealed: judged offline step by step, and refused when any bit of it was
// changed.

import Kernel
import Market
import Payments
import Primitives
import Testing

@testable import Chain

/// A seller, a payer with two channels, and a claim in a block.
private struct Sealing: ~Copyable {
  var network: SampleNetwork
  let seller = Sample.key("seller")
  let payer = Sample.key("payer")
  let key = SHA256.hash([7])
  let token: EIP712.Domain
  let escrow: EIP712.Domain
  /// In the order of their vouchers.
  var runs: [SignedRun] = []

  private init(_ network: consuming SampleNetwork, chain: UInt64) {
    self.network = network
    token = DollarToken.domain(chainId: UInt256(chain))
    escrow = BatchEscrow.domain(chainId: UInt256(chain))
  }

  static func open(bonded: Bool) throws -> Sealing {
    let links = SampleLinks()
    var genesis = Sample.genesis(funding: ["seller", "payer", "other"], links: links)
    genesis.terms.standingBond = min(genesis.terms.standingBond, 10_000_000)
    var sealing = Sealing(try SampleNetwork(genesis, links: links), chain: genesis.chainId)
    if bonded {
      let post = PostStandingBond(
        sealing.network.head("seller"), door: sealing.seller.address, work: "text",
        Amount(20_000_000))
      let posted = try sealing.network.verified(.postStandingBond(post), by: "seller")
      try sealing.network.block([posted])
    }
    for salt: UInt8 in [1, 2] { try sealing.deposit(salt) }
    return sealing
  }

  func config(_ salt: UInt8) throws -> ChannelConfig {
    try ChannelConfig(
      payer: payer.address, payerAuthorizer: payer.address, receiver: seller.address,
      receiverAuthorizer: seller.address, withdrawDelay: 900, salt: SHA256.hash([salt]))
  }

  func channel(_ salt: UInt8) throws -> Bytes32 { try config(salt).id(escrow) }

  private mutating func deposit(_ salt: UInt8) throws {
    let now = network.state.kernel.blockTime.milliseconds / 1_000
    var m = DepositToChannel(
      network.head("seller"), try config(salt), Amount(100_000), validBefore: now + 600,
      salt: SHA256.hash([salt]))
    m.signature = payer.sign(digest: m.authorisation(escrow).digest(token: token)).bytes
    try network.block([try network.verified(.depositToChannel(m), by: "seller")])
  }

  func run(
    _ salt: UInt8, _ index: UInt64, before: UInt64, price: UInt64 = 1_000
  ) throws -> SignedRun {
    var run = SoldRun()
    run.network = network.genesis.network
    run.provider = seller.address
    run.buyer = payer.address
    run.payment = try channel(salt)
    run.index = index
    run.before = Amount(before)
    run.price = Amount(price)
    run.work = "text"
    run.units = 1
    run.commit(input: [1, UInt8(index)], output: [2, salt], key: key)
    return SignedRun(run, opening: key, chainId: network.genesis.chainId, signedBy: seller)
  }

  func voucher(_ salt: UInt8, _ total: UInt64) throws -> VoucherClaim {
    var claim = VoucherClaim(
      try channel(salt), most: Amount(total), total: Amount(total), signature: [])
    claim.signature = payer.sign(digest: claim.digest(escrow)).bytes
    return claim
  }

  /// Claims three runs of the first channel and two of the second, among other messages.
  mutating func claim(from: UInt64 = 0, root: Bytes32? = nil) throws -> Block {
    runs = []
    for index in 0..<3 as Range<UInt64> {
      runs.append(try run(1, index, before: from + index * 1_000))
    }
    for index in 0..<2 as Range<UInt64> {
      runs.append(try run(2, index, before: from + index * 1_000))
    }
    let tree = try RunTree(runs.map { RunTree.leaf($0.run) })
    let claim = ClaimVouchers(
      network.head("seller"), [try voucher(1, from + 3_000), try voucher(2, from + 2_000)],
      root: root ?? tree.root)
    let others = try (0..<3).map {
      try network.transfer(10, from: "other", to: "payer", ahead: UInt64($0))
    }
    let block = try network.block(
      others + [try network.verified(.claimVouchers(claim), by: "seller")]
    ).block
    let refused = block.results.outcomes.filter { !$0.isDone }
    #expect(refused == [])
    return block
  }

  /// The sealed receipt of the run at a place of the claim.
  func sealed(_ place: Int, in block: Block) throws -> SealedRun {
    let run = runs[place].run
    let event = try #require(
      block.results.events.firstIndex {
        $0.name == "vouchersClaimed" && $0.subject == run.payment
      })
    let claim = try #require(
      SealedClaim(run.payment, by: event, in: block, genesis: network.genesis))
    let path = try #require(try RunTree(runs.map { RunTree.leaf($0.run) }).path(to: place))
    return SealedRun(
      runs[place], index: UInt64(place), of: UInt64(runs.count), path: path, in: claim)
  }
}

@Suite struct SealedRunTests {
  private func refusal(_ bytes: [UInt8]) -> Refusal? {
    do throws(Refusal) {
      _ = try SealedRun.verify(bytes)
      return nil
    } catch {
      return error
    }
  }

  private func step(_ file: SealedRun) -> SealStep? { refusal(file.encoded)?.sealStep }

  @Test func everyRunOfAClaimVerifiesOffline() throws {
    var sealing = try Sealing.open(bonded: false)
    let block = try sealing.claim()
    for place in sealing.runs.indices {
      let verified = try SealedRun.verify(try sealing.sealed(place, in: block).encoded)
      #expect(verified.interval == UInt64(place) * 1_000..<UInt64(place + 1) * 1_000)
      #expect(verified.sum == Amount(5_000) && verified.isHeld == false)
      #expect(verified.from == .zero)
      #expect(verified.through == Amount(place < 3 ? 3_000 : 2_000))
      #expect(verified.operator == Sample.address("operator"))
      #expect(verified.network == sealing.network.genesis.network)
      #expect(verified.header == block.header)
      let known = KnownNetwork(network: verified.network, operator: verified.operator)
      let seal = VerifiedSeal.claim(verified)
      #expect(seal.isKnown([known]) && !seal.isKnown([]))
    }
  }

  @Test func aHeldClaimSaysSo() throws {
    var sealing = try Sealing.open(bonded: true)
    let block = try sealing.claim()
    let file = try sealing.sealed(4, in: block)
    let verified = try file.verify()
    #expect(verified.isHeld && verified.sum == Amount(5_000))
    // Another claim's event is none of this claim's.
    var other = file
    other.sealed.held[0].event.subject = SHA256.hash([1])
    #expect(step(other) == .value)
    other = file
    other.sealed.held += other.sealed.held
    #expect(step(other) == .value)
  }

  /// A second claim of the same channel takes what comes after the first.
  @Test func eachClaimSealsItsOwnPart() throws {
    var sealing = try Sealing.open(bonded: false)
    let first = try sealing.claim()
    let early = try sealing.sealed(0, in: first)
    let second = try sealing.claim(from: 3_000)
    // The second channel's runs begin where nothing ends: 2,000 of it were claimed before.
    let late = try sealing.sealed(2, in: second)
    let (before, after) = (try early.verify(), try late.verify())
    #expect(before.through == Amount(3_000) && after.from == Amount(3_000))
    var moved = late
    moved.sealed = early.sealed
    #expect(step(moved) == .place)
  }

  @Test func noBitIsFree() throws {
    var sealing = try Sealing.open(bonded: true)
    let bytes = try sealing.sealed(3, in: try sealing.claim()).encoded
    #expect(refusal(bytes) == nil)
    var free: [Int] = []
    for place in bytes.indices {
      var bent = bytes
      bent[place] ^= 1 << UInt8(place % 8)
      if refusal(bent) == nil { free.append(place) }
    }
    #expect(free == [])
    #expect(refusal(bytes + [0]) != nil)
    #expect(refusal(Array(bytes.dropLast())) != nil)
  }

  // MARK: - Cheats, each at its step

  @Test func aRunThatWasSignedOtherwise() throws {
    var sealing = try Sealing.open(bonded: false)
    let block = try sealing.claim()
    var file = try sealing.sealed(1, in: block)
    file.signed.run.price = Amount(2_000)
    #expect(step(file) == .run)
    file = try sealing.sealed(1, in: block)
    file.signed.key = SHA256.hash([8])
    #expect(step(file) == .run)
    // Well signed, for another chain.
    file.signed = SignedRun(
      sealing.runs[1].run, opening: sealing.key, chainId: 1, signedBy: sealing.seller)
    #expect(step(file) == .run)
  }

  @Test func aBlockOfSomebodyElse() throws {
    var sealing = try Sealing.open(bonded: false)
    var file = try sealing.sealed(0, in: try sealing.claim())
    file.sealed.signature = sealing.seller.sign(digest: file.sealed.header.id).bytes
    #expect(step(file) == .block)
    // A network of his own, whose operator signs what he likes.
    var genesis = file.sealed.genesis
    genesis.operator = sealing.seller.address
    file.sealed.genesis = genesis
    #expect(step(file) == .block)
    file.sealed.header.network = genesis.network
    file.sealed.signature = sealing.seller.sign(digest: file.sealed.header.id).bytes
    #expect(step(file) == .run)
  }

  @Test func aClaimThatDidNotHappen() throws {
    var sealing = try Sealing.open(bonded: false)
    let block = try sealing.claim()
    let file = try sealing.sealed(0, in: block)
    // It is signed, and stands in no block.
    var other = file
    let tree = try RunTree(sealing.runs.map { RunTree.leaf($0.run) })
    let claim = ClaimVouchers(
      sealing.network.head("seller"), [try sealing.voucher(1, 9_000)], root: tree.root)
    other.sealed.claim = try sealing.network.verified(.claimVouchers(claim), by: "seller").signed
    #expect(step(other) == .claim)
    other.sealed.outcome.id = other.sealed.claim.id
    #expect(step(other) == .claim)
    other = file
    other.sealed.outcome.code = "voucherClaimed"
    #expect(step(other) == .claim)
    // Another message of the block.
    other = file
    other.sealed.claim = block.body[0]
    #expect(step(other) == .claim)
    other = file
    other.sealed.path.sides ^= 1
    #expect(step(other) == .claim)
  }

  @Test func aRunThatTheRootDoesNotHold() throws {
    var sealing = try Sealing.open(bonded: false)
    let block = try sealing.claim()
    let stranger = try sealing.run(1, 1, before: 1_000, price: 999)
    for change in 0..<5 {
      var file = try sealing.sealed(1, in: block)
      switch change {
      case 0: file.signed = stranger
      case 1: file.index = 2
      case 2: file.count = 6
      case 3: file.path[0].sum = Amount(1)
      default: file.path.removeLast()
      }
      #expect(step(file) == .place, "change \(change)")
    }
  }

  /// The provider put a run under its root for which the claim took nothing.
  @Test func aRunBeyondWhatWasTaken() throws {
    var sealing = try Sealing.open(bonded: false)
    sealing.runs = [
      try sealing.run(1, 0, before: 0), try sealing.run(1, 1, before: 1_000),
      try sealing.run(1, 2, before: 2_500), try sealing.run(1, 3, before: 4_000),
    ]
    let tree = try RunTree(sealing.runs.map { RunTree.leaf($0.run) })
    let claim = ClaimVouchers(
      sealing.network.head("seller"), [try sealing.voucher(1, 3_000)], root: tree.root)
    let block = try sealing.network.block([
      try sealing.network.verified(.claimVouchers(claim), by: "seller")
    ]).block
    let within = try sealing.sealed(1, in: block)
    #expect(step(within) == nil)
    // It ends behind what was taken, or lies behind it altogether.
    let across = try sealing.sealed(2, in: block)
    #expect(step(across) == .value)
    var file = try sealing.sealed(3, in: block)
    #expect(step(file) == .value)
    // An event with other sums is not the block's.
    file.sealed.paid.event.numbers = [Number("amount", 9_000), Number("claimed", 9_000)]
    #expect(step(file) == .value)
  }

  @Test func aClaimWithoutARootSealsNothing() throws {
    var sealing = try Sealing.open(bonded: false)
    let block = try sealing.claim(root: .zero)
    let event = try #require(
      block.results.events.firstIndex { $0.name == "vouchersClaimed" })
    let channel = try sealing.channel(1)
    let sealed = SealedClaim(channel, by: event, in: block, genesis: sealing.network.genesis)
    #expect(sealed == nil)
    #expect(SealedClaim(channel, by: 9_999, in: block, genesis: Genesis()) == nil)
  }

  @Test func aNewerFormatIsRefusedByName() throws {
    var sealing = try Sealing.open(bonded: false)
    var bytes = try sealing.sealed(0, in: try sealing.claim()).encoded
    bytes[1] = 2
    #expect(refusal(bytes)?.code == "newerFormat")
  }
}
