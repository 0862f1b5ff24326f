// Standing bonds of a walk: sellers that open what was drawn, sellers whose claims hide something,
// and payers that show two words for one place.

import Chain
import Kernel
import Market
import Payments
import Primitives

extension Walker {
  /// What some could do about bonds now. Claims that were drawn come first: their clocks run.
  mutating func useBonds() throws -> [any MessageContent] {
    var acts = try answerDraws()
    for _ in 0..<3 {
      if let act = try useBond() { acts.append(act) }
    }
    return acts
  }

  private mutating func useBond() throws -> (any MessageContent)? {
    var open: [(Bytes32, Channel)] = []
    state.payments.forEachChannel { open.append(($0, $1)) }
    guard let (id, channel) = random.pick(open) else { return nil }
    let bond = state.payments.standingBond(StandingBond.key(of: channel.config))
    guard let bond else { return postBond(channel.config) }
    switch random.below(20) {
    case 0..<2: return postBond(channel.config)
    case 2: return WithdrawStandingBond(head(bond.seller), door: bond.door)
    case 3: return try equivocate(id, channel, bond)
    case 4: return deposit(into: channel.config, Amount(4_000_000))
    default: return try claimRuns(id, channel, bond, open)
    }
  }

  private mutating func postBond(_ channel: ChannelConfig) -> PostStandingBond {
    let isProved = channel.salt != .zero
    return PostStandingBond(
      head(channel.receiver), door: channel.receiverAuthorizer, work: "inference",
      spec: isProved ? cast.proving.spec : [], check: isProved ? proved() : CheckTerms("open"),
      Amount(state.kernel.terms.current.standingBond / UInt64(1 + random.below(2))))
  }

  // MARK: - Claims

  /// All that is left of a channel, often of others of its door as well, and a tree of the runs
  /// that were sold for it. Some trees hide something.
  private mutating func claimRuns(
    _ id: Bytes32, _ channel: Channel, _ bond: StandingBond, _ open: [(Bytes32, Channel)]
  ) throws -> ClaimVouchers {
    var sold: [SoldRun] = []
    var claims: [VoucherClaim] = []
    for (other, row) in open
    where StandingBond.key(of: row.config) == StandingBond.key(of: channel.config) {
      guard row.free > .zero, other == id || random.chance(50) else { continue }
      let total = row.claimed.units + 1 + UInt64(random.below(Int(row.free.units)))
      claims.append(signedVoucher(other, row, total))
      sold += try runs(other, row, upTo: total, bond)
    }
    switch random.below(12) {
    case 0: sold.reverse()
    case 1: if !sold.isEmpty { sold[0].buyer = bond.door }
    case 2: _ = sold.popLast()
    case 3: if !sold.isEmpty { sold[0].work = "alchemy" }
    default: break
    }
    let root = try RunTree(sold.map { RunTree.leaf($0) }).root
    soldRuns[root] = sold
    return ClaimVouchers(head(bond.seller), claims, root: root)
  }

  private func signedVoucher(_ id: Bytes32, _ row: Channel, _ total: UInt64) -> VoucherClaim {
    var claim = VoucherClaim(id, most: Amount(total), total: Amount(total), signature: [])
    let escrow = BatchEscrow.domain(chainId: UInt256(cast.genesis.chainId))
    claim.signature = signature(of: row.config.voucherSigner, over: claim.digest(escrow))
    return claim
  }

  /// One to three runs that come to what a voucher allows.
  private mutating func runs(
    _ id: Bytes32, _ row: Channel, upTo total: UInt64, _ bond: StandingBond
  ) throws -> [SoldRun] {
    var runs: [SoldRun] = []
    var before = row.claimed.units
    let parts = UInt64(1 + random.below(3))
    for part in 1...parts {
      let end = part == parts ? total : before + (total - before) / 2
      guard end > before else { continue }
      runs.append(
        try run(id, row, UInt64(runs.count), before: before, price: end - before, bond))
      before = end
    }
    return runs
  }

  private mutating func run(
    _ id: Bytes32, _ row: Channel, _ index: UInt64, before: UInt64, price: UInt64,
    _ bond: StandingBond
  ) throws -> SoldRun {
    var run = SoldRun()
    run.network = state.network
    run.provider = bond.seller
    run.buyer = row.config.payer
    run.payment = id
    run.index = index
    run.before = Amount(before)
    run.price = Amount(price)
    run.work = bond.work
    run.spec = bond.spec
    run.units = 1
    run.input = cast.inputs[random.below(4)].root
    let salt = ContentSalt(contentKey: Cast.inputKey)
    run.keyHash = salt.keyHash
    let output = cast.proving.output(of: run.input, isTrue: random.chance(85))
    run.output = ContentChunks.root(of: output, as: .output, salt: salt)
    return run
  }

  private func word(_ run: SoldRun) -> RunWord {
    let digest = run.digest(domain: state.domain)
    return RunWord(run, signature: signature(of: run.provider, over: digest))
  }

  private mutating func equivocate(
    _ id: Bytes32, _ row: Channel, _ bond: StandingBond
  ) throws -> ShowEquivocation {
    let one = try run(id, row, 0, before: 0, price: 5, bond)
    var other = one
    if random.chance(80) { other.units = 2 } else { other.before = Amount(5) }
    if random.chance(15) { return elsewhere(one, other) }
    return ShowEquivocation(head(person()), word(one), word(other))
  }

  private mutating func elsewhere(_ one: SoldRun, _ other: SoldRun) -> ShowEquivocation {
    var (one, other) = (one, other)
    (one.network, other.network) = (.zero, .zero)
    return ShowEquivocation(head(person()), word(one), word(other))
  }

  // MARK: - Audits

  /// Most sellers open the run that was drawn and prove it; one in eight stays silent.
  private mutating func answerDraws() throws -> [any MessageContent] {
    var held: [(Bytes32, HeldClaim)] = []
    state.payments.forEachHeldClaim { held.append(($0, $1)) }
    var acts: [any MessageContent] = []
    for (id, claim) in held where id.bytes[0] % 8 != 0 {
      guard let sold = soldRuns[claim.root], !sold.isEmpty else { continue }
      switch ClaimStage(rawValue: claim.stage) {
      case .drawn: acts.append(try opening(id, claim, sold))
      case .unproved: if let proof = try proof(id, claim) { acts.append(proof) }
      default: if random.chance(4) { acts.append(try opening(id, claim, sold)) }
      }
    }
    return acts
  }

  private mutating func opening(
    _ id: Bytes32, _ claim: HeldClaim, _ sold: [SoldRun]
  ) throws -> OpenSoldRun {
    let tree = try RunTree(sold.map { RunTree.leaf($0) })
    var index = tree.index(at: claim.offset) ?? 0
    if random.chance(12) { index = random.below(sold.count) }
    return OpenSoldRun(
      head(random.chance(80) ? claim.seller : person()), id, index: UInt64(index),
      of: UInt64(sold.count), word(sold[index]), path: tree.path(to: index) ?? [])
  }

  private mutating func proof(_ id: Bytes32, _ claim: HeldClaim) throws -> ProveSoldRun? {
    let run = try CBOR.decode(SoldRun.self, from: claim.run)
    let salt = ContentSalt(contentKey: Cast.inputKey)
    for isTrue in [true, false] {
      let output = cast.proving.output(of: run.input, isTrue: isTrue)
      guard ContentChunks.root(of: output, as: .output, salt: salt) == run.output,
        let told = try cast.proving.answer(
          ProveSoldRun.nonce(of: run), of: run.input, isTrue: isTrue)
      else { continue }
      return ProveSoldRun(
        head(random.chance(90) ? claim.seller : person()), id, salt: salt.value,
        output: told.output, proof: told.proof.bytes)
    }
    return nil
  }
}

// MARK: - Rules

extension Walker {
  /// The escrow of a bond is the bond, that of a claim its amount, and what is tied is tied by
  /// claims that are held.
  func oweBonds(_ owed: inout [Bytes32: UInt64]) {
    state.payments.forEachStandingBond { key, bond in owed[key] = bond.bond.units }
    state.payments.forEachHeldClaim { id, claim in owed[id] = claim.amount.units }
  }

  func checkClaims(_ check: (Time, String) -> Void) {
    var tied: [Bytes32: (slices: UInt64, count: UInt64)] = [:]
    state.payments.forEachHeldClaim { id, claim in
      let sum = tied[claim.bond, default: (0, 0)]
      tied[claim.bond] = (sum.slices + claim.slice.units, sum.count + 1)
      // What waits for a block is due again in the next.
      let isFixed = claim.stage == ClaimStage.fixed.rawValue
      if isFixed && state.height <= claim.fixedAt + 1 { return }
      check(claim.deadline, "claim \(id)")
    }
    state.payments.forEachStandingBond { key, bond in
      let sum = tied[key, default: (0, 0)]
      let isBacked = bond.isConvicted || bond.tied <= bond.bond
      if bond.tied.units != sum.slices || bond.held != sum.count || !isBacked {
        check(.zero, "bond \(key) ties \(bond.tied.units) of \(bond.bond.units)")
      }
      if bond.leaves != .never { check(bond.leaves, "bond \(key)") }
    }
  }
}

// MARK: - Thieves

extension Walker {
  mutating func spoilBond(
    _ content: any MessageContent, _ noise: Bytes32
  ) -> (any MessageContent)? {
    switch content {
    case let m as PostStandingBond: return spoil(m)
    case let m as OpenSoldRun: return spoil(m, noise)
    case let m as ProveSoldRun: return spoil(m, noise)
    case let m as ShowEquivocation: return spoil(m, noise)
    case var m as WithdrawStandingBond:
      m.door = person()
      return m
    default: return nil
    }
  }

  private mutating func spoil(_ post: PostStandingBond) -> PostStandingBond {
    var m = post
    switch random.below(7) {
    case 0: m.amount = .zero
    case 1: m.amount = Amount(.max)
    case 2: m.work = "alchemy"
    case 3: m.spec = [UInt8](repeating: 1, count: 1_025)
    case 4: m.check = CheckTerms("disputable", [Number("audit", 50_000)])
    case 5: m.door = .zero
    default: m.check = CheckTerms("trusted")
    }
    // A door that has no bond yet is asked all of it.
    if m.door != .zero && random.chance(60) { m.door = Address(lastBytesOf: Cast.secret([77])) }
    return m
  }

  private mutating func spoil(_ open: OpenSoldRun, _ noise: Bytes32) -> OpenSoldRun {
    var m = open
    switch random.below(6) {
    case 0: m.claim = noise
    case 1: m.index &+= 1
    case 2: m.count = 0
    case 3: m.word.signature = noise.bytes
    case 4: m.word.run.output = noise
    default: m.path.append(RunNode(noise, Amount(.max)))
    }
    return m
  }

  private mutating func spoil(_ proof: ProveSoldRun, _ noise: Bytes32) -> ProveSoldRun {
    var m = proof
    switch random.below(4) {
    case 0: m.claim = noise
    case 1: m.salt = noise
    case 2: m.output.append(0)
    default: m.proof = []
    }
    return m
  }

  private mutating func spoil(_ show: ShowEquivocation, _ noise: Bytes32) -> ShowEquivocation {
    var m = show
    switch random.below(4) {
    case 0: m.first = m.second
    case 1: (m.first.run.network, m.second.run.network) = (noise, noise)
    case 2: (m.first.run.payment, m.second.run.payment) = (noise, noise)
    default: m.second.signature = noise.bytes
    }
    return m
  }
}
