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
    guard salt.keyHash == run.input.keyHash else { throw .otherSalt }
    // A longer one would be hashed for nothing.
    try checkRange("output", UInt64(m.output.count), 0...m.evidence.output.plainBytes)
    guard ContentChunks.root(of: m.output, as: .output, salt: salt) == m.evidence.output.root
    else { throw .otherOutput }
    let claim = ProofClaim(
      level: level, spec: lease.spec, run: m.run.id, input: run.input, salt: salt,
      output: m.output, now: k.blockTime)
    let holds = try works.verify(claim, proof: m.proof, of: lease.work)
    let move = Move.proof(m.evidence, id: EvidenceID(id), holds: holds)
    try play(
      move, m.run, by: m.head.from, "runSubmitted", showing: m.evidence.output.blob,
      numbers: [Number("proof", UInt64(m.proof.count)), Number("holds", holds ? 1 : 0)], &k)
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
  /// The output is not the one that the evidence commits to.
  public static var otherOutput: Refusal { Refusal("otherOutput") }
}
