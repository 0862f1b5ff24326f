// The court of a walk: auditors come and go, runs are drawn, audited, challenged and disputed.

import Chain
import Graphs
import Inference
import Kernel
import Market
import Primitives

extension Walker {
  /// The model is published, auditors register, change their minds and leave.
  mutating func openCourt() -> any MessageContent {
    let sender = person()
    if random.chance(state.height < 5 ? 20 : 3) {
      return PublishModel(head(sender), manifest: cast.court.manifest.encoded)
    }
    var ready: [Address] = []
    var leaving: [Address] = []
    state.market.forEachAuditor {
      if $1.leaves == .never { ready.append($0) } else { leaving.append($0) }
    }
    if state.height >= 5 && random.chance(12) {
      var m = LeaveAudits()
      m.head = head(random.pick(ready) ?? sender)
      return m
    }
    var m = RegisterAuditor()
    m.head = head(random.chance(20) ? random.pick(leaving) ?? sender : sender)
    m.subjects = [cast.court.subject]
    if random.chance(10) { m.subjects = [cast.court.subject, Cast.secret([3])].sorted() }
    // Some give the model up, and come back; one takes up other subjects all the time.
    if random.chance(8) { m.subjects = [Cast.secret([3])] }
    if random.chance(8) {
      m.head = head(cast.people[1])
      let first = random.below(200)
      m.subjects = (0..<64).map { Cast.secret([12, UInt8(first), $0]) }.sorted()
    }
    m.bond = Amount(UInt64(20_000_000 + random.below(400_000_000)))
    if random.chance(5) { m.bond = Amount(UInt64(random.below(100_000))) }
    return m
  }

  mutating func nextOfDisputable(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ game: DisputableCheck
  ) throws -> [any MessageContent] {
    let provider = lease.seats[0].provider
    let own = cast.court.trace(of: run.input.root, claiming: run.output.root)
    let root = own?.root ?? Cast.secret([5])
    // Some are never heard of again.
    if game.stage != .running && mood(key.id, provider) == 5 && random.chance(85) { return [] }
    switch game.stage {
    case .running: return [try submit(key, run, lease, provider)]
    case .submitted: return random.chance(10) ? [drawAudit(key, lease)] : []
    case .drawing: return [drawAudit(key, lease)]
    case .drawn:
      var m = sealTrace(key, provider, root)
      m.key = Cast.sealed(to: run.auditor)
      return [m]
    case .sealed:
      if isAbsent(run.auditor, key) { return [] }
      return [sealTrace(key, run.auditor, auditorRoot(key, run))]
    case .committed:
      var m = unsealTrace(key, provider, root)
      m.first = own?.path(to: 0) ?? []
      m.last = own?.path(to: own.map { $0.roots.count - 1 } ?? 0) ?? []
      return [m]
    case .opened:
      if isAbsent(run.auditor, key) { return [] }
      return [unsealTrace(key, run.auditor, auditorRoot(key, run))]
    case .window, .playing:
      if run.postedKey != .zero && random.chance(50) { return [try show(key, run, lease)] }
      return try dispute(key, run, lease, [run.output.root])
    }
  }

  mutating func nextOfAudited(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ game: ReplicatedCheck
  ) throws -> [any MessageContent] {
    switch game.stage {
    case .running, .opening: return []
    case .fixed: return random.chance(10) ? [drawAudit(key, lease)] : []
    case .drawing: return [drawAudit(key, lease)]
    case .auditing:
      var m = ShareInput()
      m.head = head(random.pick(lease.seats)?.provider ?? lease.buyer)
      m.run = key
      m.key = Cast.sealed(to: run.auditor)
      if isAbsent(run.auditor, key) { return [m] }
      return [m, sealTrace(key, run.auditor, auditorAnswer(key, run, lease))]
    case .window, .playing: return try dispute(key, run, lease, game.answers)
    }
  }

  /// The auditor of a replicated run opens what it sealed: one more answer.
  mutating func openAnswer(_ key: RunKey, _ run: Run, _ lease: Lease) -> UnsealTrace {
    unsealTrace(key, run.auditor, auditorAnswer(key, run, lease))
  }

  // MARK: - Audits

  private func isAbsent(_ auditor: Address, _ key: RunKey) -> Bool {
    mood(key.id, auditor) == 6 || mood(key.id, auditor) == 7
  }

  /// Most auditors run the model; some accuse, some confirm blindly what they guess.
  private func auditorRun(_ key: RunKey, _ run: Run) -> TracedRun? {
    let runs = cast.court.runs(of: run.input.root)
    guard runs.count == 4 else { return nil }
    let mood = mood(key.id, run.auditor)
    return runs[mood == 0 ? 1 : mood == 1 ? 2 : 0]
  }

  private func auditorRoot(_ key: RunKey, _ run: Run) -> Bytes32 {
    auditorRun(key, run)?.trace.root ?? Cast.secret([6])
  }

  private func auditorAnswer(_ key: RunKey, _ run: Run, _ lease: Lease) -> Bytes32 {
    let output = auditorRun(key, run)?.trace.roots.last ?? Cast.secret([6])
    return SHA256.hash(output.bytes + bigEndianBytes(lease.units))
  }

  mutating func drawAudit(_ key: RunKey, _ lease: Lease) -> DrawAudit {
    var m = DrawAudit()
    let isDeputy = lease.deputy != Address() && random.chance(50)
    m.head = head(isDeputy ? lease.deputy : lease.buyer)
    m.run = key
    m.salt = Cast.auditSalt(lease.buyer)
    return m
  }

  private mutating func sealTrace(
    _ key: RunKey, _ sender: Address, _ root: Bytes32
  ) -> SealTrace {
    var m = SealTrace()
    m.head = head(sender)
    m.run = key
    m.seal = SealTrace.seal(
      run: key.id, by: sender, root: root, salt: Cast.traceSalt(key.id, sender))
    return m
  }

  private mutating func unsealTrace(
    _ key: RunKey, _ sender: Address, _ root: Bytes32
  ) -> UnsealTrace {
    var m = UnsealTrace()
    m.head = head(sender)
    m.run = key
    m.root = root
    m.salt = Cast.traceSalt(key.id, sender)
    return m
  }

  /// The buyer shows a box of the output, whether it is garbage or not.
  private mutating func show(_ key: RunKey, _ run: Run, _ lease: Lease) throws -> ShowChunk {
    var m = ShowChunk()
    m.head = head(lease.buyer)
    m.run = key
    m.box = try evidence(key.id, run, lease.seats[0].provider, lease).blob
    return m
  }
}
