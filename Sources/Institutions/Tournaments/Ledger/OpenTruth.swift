// How the truth comes: the run that says it is named, settles, and is opened; or the owner speaks.

public import Kernel
public import Market
public import Primitives

/// Names the run whose output is the truth, after entries close and before reveals begin.
public struct NameTruth: MessageContent {
  public static let typeName = "NameTruth"
  public static let kind: UInt8 = 94
  public var head = Head()
  public var tournament: UInt64 = 0
  public var run = RunKey()

  public init() {}

  public init(_ head: Head, tournament: UInt64, run: RunKey) {
    self.head = head
    self.tournament = tournament
    self.run = run
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("tournament", &tournament)
    try v("run", &run)
  }
}

/// Opens the truth, after all reveals: by anybody against the run's commitment, or by the owner.
public struct OpenTruth: MessageContent {
  public static let typeName = "OpenTruth"
  public static let kind: UInt8 = 95
  public var head = Head()
  public var tournament: UInt64 = 0
  /// The values one after the other, each in the width of the source.
  public var truth: [UInt8] = []
  /// What the output was salted with; zero for a word.
  public var salt = Bytes32.zero

  public init() {}

  public init(_ head: Head, tournament: UInt64, truth: [UInt8], salt: Bytes32) {
    self.head = head
    self.tournament = tournament
    self.truth = truth
    self.salt = salt
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("tournament", &tournament)
    try v("truth", &truth)
    try v("salt", &salt)
  }
}

extension TournamentTables {
  public mutating func apply(
    _ m: NameTruth, as id: Bytes32, _ k: inout KernelTables, _ market: borrowing MarketTables
  ) throws(Refusal) {
    var row = try require(m.tournament)
    guard row.source.kind == .run else { throw .truthIsAWord }
    guard row.owner == m.head.from else { throw .notTournamentOwner }
    guard row.closes <= k.now else { throw .entriesOpen }
    // Nobody who names a run has seen a forecast; and who lets one fail has no other once it has.
    guard k.now < row.revealsBegin, row.state == .open else { throw .truthTooLate }
    // One at a time: the owner cannot name several and keep what it likes.
    guard row.run == .zero else { throw .truthNamed }
    guard let run = market.facts(of: m.run) else { throw .noSuchTruthRun }
    // Whoever had the output before entries closed could have entered with it, and whoever sees an
    // answer before it names the run chooses it.
    guard run.buyer == m.head.from, run.check == row.source.check, !run.spec.isEmpty,
      SHA256.hash(run.spec) == row.source.spec, row.closes <= run.startedAt, !run.isAnswered,
      awaited[m.run.id.digest] == nil
    else { throw .otherTruthRun }
    row.run = m.run.id.digest
    awaited[row.run] = AwaitedRun(m.tournament)
    tournaments[m.tournament] = row
    k.emit(
      Event(
        "truthNamed", subject: Tournament.escrow(m.tournament), lease: m.run.lease.digest,
        parties: [m.head.from], objects: [row.run],
        numbers: [Number("tournament", m.tournament)]))
  }

  /// Learns what became of a run: its commitment, or that it gave nothing, and until reveals begin
  /// another may be named.
  public mutating func conclude(_ conclusion: Conclusion, _ k: inout KernelTables) {
    guard case .settled(let settled) = conclusion,
      let number = awaited[settled.run.digest]?.tournament, var row = tournaments[number]
    else { return }
    awaited[settled.run.digest] = nil
    let paid = settled.verdict.seats.first { $0.fate == .paid && $0.output != .zero }
    if settled.verdict.outcome.isGood, let paid {
      row.output = paid.output
    } else {
      row.run = .zero
    }
    tournaments[number] = row
    k.emit(
      Event(
        row.output == .zero ? "truthFailed" : "truthFixed", subject: Tournament.escrow(number),
        lease: settled.lease.digest, objects: [settled.run.digest],
        numbers: [Number("tournament", number)]))
  }

  public mutating func apply(
    _ m: OpenTruth, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var row = try require(m.tournament)
    guard row.revealsEnd <= k.now, row.state != .open else { throw .revealsOpen }
    guard k.now < row.truthEnds, row.state == .waiting else { throw .truthTooLate }
    guard row.source.values(in: m.truth, count: row.rules.values) != nil else {
      throw .badTruth(values: row.rules.values, width: row.source.width)
    }
    switch row.source.kind {
    case .word:
      guard row.owner == m.head.from else { throw .notTournamentOwner }
    case .run:
      guard row.output != .zero else { throw .truthNotFixed }
      let root = ContentChunks.root(
        of: m.truth, as: .output, salt: ContentSalt(value: m.salt))
      guard root == row.output else { throw .truthDiffers }
    }
    row.truth = m.truth
    row.state = .scoring
    row.deadline = k.now
    tournaments[m.tournament] = row
    k.timers.set(TournamentTimer.key(m.tournament), at: row.deadline)
    k.emit(
      Event(
        "truthOpened", subject: Tournament.escrow(m.tournament), parties: [m.head.from],
        numbers: [Number("tournament", m.tournament)]))
  }
}
