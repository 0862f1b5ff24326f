// Evidence with a proof: what is cheap to see is refused, what only the verifier sees is judged.

public import Kernel
public import Primitives

extension MarketTables {
  /// Takes evidence with its proof. In the order in which a cheat could make the ledger work: whose
  /// run it is, whether it is in time, what the commitments say, and only then the proof. A message
  /// is refused where it is no proof of this run; the seat may still send the right one. A proof
  /// that is of this run and false is a verdict.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: SubmitProof, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    let run = try runs.require(m.run, else: .unknownRun)
    let lease = try leases.require(m.run.lease, else: .unknownLease)
    guard lease.seatIndex(of: m.head.from) != nil else { throw .notYours }
    guard let level = run.game.check.awaitsProof else { throw .notYourMove }
    try requireInTime(run, k.now)
    try checkEvidence(m.evidence, m.key, m.run, k)
    let salt = ContentSalt(value: m.salt)
    // Whoever has the salt of a hidden input can try out guesses at it.
    let isOwn =
      level == ProvedCheck.privately ? m.salt == .zero : salt.keyHash == run.input.keyHash
    guard isOwn else { throw .otherSalt }
    // A longer one would be hashed for nothing.
    try checkRange("output", UInt64(m.output.count), 0...m.evidence.output.plainBytes)
    guard ContentChunks.root(of: m.output, as: .output, salt: salt) == m.evidence.output.root
    else { throw .otherOutput }
    let claim = ProofClaim(
      level: level, spec: lease.spec, run: m.run.id, input: run.input, salt: salt,
      output: m.output, now: k.blockTime)
    let finding = try works.verify(claim, proof: m.proof, of: lease.work)
    let move = Move.proof(m.evidence, id: EvidenceID(id), finding: finding)
    try play(
      move, m.run, by: m.head.from, "runSubmitted", showing: m.evidence.output.blob,
      numbers: [
        Number("proof", UInt64(m.proof.count)), Number("holds", finding == .fails ? 0 : 1),
      ], &k)
  }

  /// Shows the input that a proof which stands is to be about. The one word that counts is the
  /// ledger's: who contests a proof of that very input has shown it for nothing.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: ContestProof, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var (run, lease) = try alive(m.run, at: k.now)
    let binding = run.game.check.boundInput
    guard !binding.isEmpty else { throw .notYourMove }
    let salt = ContentSalt(value: m.salt)
    guard salt.keyHash == run.input.keyHash else { throw .otherSalt }
    try checkRange(
      "input", UInt64(m.input.count), 0...ContentChunks.plainBytes(ofBlob: run.input.size))
    guard ContentChunks.root(of: m.input, as: .input, salt: salt) == run.input.root else {
      throw .notTheInput
    }
    let isAbout = try works.isAbout(m.input, salt: salt, boundBy: binding, of: lease.work)
    guard !isAbout else { throw .proofIsAboutIt }
    let step = try run.game.play(.otherInput, by: .market, in: try trial(m.run, run, lease, k))
    emit("runContested", m.run, run, lease, [m.head.from], &k)
    try follow(step, m.run, &run, &lease, &k)
    keep(lease, m.run.lease)
  }

  /// The payouts of a proved run, at the units that were used.
  func proved(
    _ verdict: Verdict, _ lease: Lease, _ terms: Terms
  ) throws(Refusal) -> RunShares {
    guard let seat = lease.seats.first, let judged = verdict.seats.first else {
      throw .impossibleCase("seats")
    }
    let asked = try lease.price(of: seat)
    let used = judged.fate == .paid ? try seat.rate.price(of: judged.units) : asked
    let payouts = try Settlement.proved(
      price: used, bidBond: seat.stake, outcome: try ProvedOutcome(verdict.outcome), terms: terms)
    var shares = RunShares()
    shares.buyer = try payouts[.buyer].adding(try asked.subtracting(used))
    shares.seats = [payouts[.provider]]
    shares.treasury = payouts[.treasury]
    return shares
  }
}

extension Refusal {
  /// The salt is not the one that the input was committed to under.
  public static var otherSalt: Refusal { Refusal("otherSalt") }
  /// The input is not the one that the run was started with.
  static var notTheInput: Refusal { Refusal("notTheInput") }
  /// The proof is about the run's input: there is nothing to contest.
  static var proofIsAboutIt: Refusal { Refusal("proofIsAboutIt") }
  /// The output is not the one that the evidence commits to.
  public static var otherOutput: Refusal { Refusal("otherOutput") }
}
