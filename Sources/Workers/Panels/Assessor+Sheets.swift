// One panel of a judge's: looked at, scored, sealed, opened.

import Agents
import Chain
import Kernel
import Market
import Primitives
import Tasks

extension Assessor {
  /// Does what is due at the station that the run has come to.
  func tend(_ run: RunID, _ news: BlockNews) async throws -> [Message] {
    guard let key = briefs[run]?.key else { return [] }
    guard let row = try await client.run(key), case .panel(let game) = row.game,
      let own = game.bench.first(where: { $0.account == address })
    else {
      try await close(run)
      return []
    }
    briefs[run]?.wake = row.deadline
    if briefs[run]?.begun == nil {
      // By the ledger's time: a program that is started every few minutes counts on.
      let deadline = row.deadline.milliseconds
      let start = Time(deadline - min(deadline, sealWindow * 1_000))
      briefs[run]?.begun = game.stage == .scoring ? min(news.now, start) : news.now
      briefs[run]?.until = row.deadline
      say(.drawn(run, until: row.deadline))
    }
    switch (game.stage, own.state) {
    case (.scoring, .waiting): return try await seal(run, row, game, news)
    case (.scoring, .sealed): meetSeal(run, own)
    case (.showing, .sealed):
      meetSeal(run, own)
      return try open(run, own, news)
    case (_, .opened): reach(.opened, run)
    default: lose(run, "its time was over before anything stood in a block")
    }
    return []
  }

  /// The row shows that a message has come through.
  private func reach(_ stage: PanelBrief.Stage, _ run: RunID) {
    guard briefs[run]?.stage != stage else { return }
    briefs[run]?.stage = stage
    briefs[run]?.isSent = false
    briefs[run]?.again = Time()
    if stage == .sealed { say(.sealed(run)) }
    if stage == .opened { say(.opened(run)) }
  }

  private func lose(_ run: RunID, _ why: String) {
    guard briefs[run]?.stage != .lost else { return }
    briefs[run]?.stage = .lost
    briefs[run]?.isSent = false
    say(ScoringTrouble(.late, why), of: run)
  }

  // MARK: - Sealing

  private func seal(
    _ run: RunID, _ row: Run, _ game: PanelCheck, _ news: BlockNews
  ) async throws -> [Message] {
    guard let brief = briefs[run], !brief.isScoring else { return [] }
    guard news.now < row.deadline else {
      lose(run, "the time for sealing was over")
      return []
    }
    guard news.now >= brief.again else {
      briefs[run]?.wake = min(brief.again, row.deadline)
      return []
    }
    guard let sheet = brief.sheet else {
      try await look(run, row, game, news)
      return []
    }
    briefs[run]?.isSent = true
    briefs[run]?.again = later(Assessor.patience)
    briefs[run]?.wake = min(later(Assessor.patience), row.deadline)
    var m = SealAnswer()
    m.head = try head(news)
    m.run = brief.key
    m.seal = sheet.seal
    return [.sealAnswer(m)]
  }

  /// Takes the points off the shelf, where they lie there, or has the answers scored.
  private func look(
    _ run: RunID, _ row: Run, _ game: PanelCheck, _ news: BlockNews
  ) async throws {
    guard let brief = briefs[run], let lease = try await client.lease(brief.key.lease) else {
      return
    }
    guard let docket = try await docket(brief, row, lease, game, news) else { return }
    if let kept = kept(run), kept.docket == docket.digest, docket.fits(kept.sheet),
      kept.seal == seal(of: kept.sheet, brief, lease.units)
    {
      briefs[run]?.sheet = kept
      briefs[run]?.isTouched = true
      return
    }
    score(docket)
  }

  private func kept(_ run: RunID) -> KeptSheet? {
    shelf.kept(run).flatMap {
      try? CBOR.decode(KeptSheet.self, from: $0, limit: KeptSheet.largest)
    }
  }

  /// What is to be scored; nil where it cannot be read now, which is said.
  private func docket(
    _ brief: PanelBrief, _ row: Run, _ lease: Lease, _ game: PanelCheck, _ news: BlockNews
  ) async throws -> PanelDocket? {
    let run = brief.key.id
    let spec = try TasksSpec(bytes: lease.spec)
    // Each by its id: whoever sends much about a run must not make its answers too long to read.
    // What was read is kept, so that a node that stumbles does not begin anew.
    for id in game.replicas.map(\.answer.evidence.digest)
    where id != .zero && briefs[run]?.said[id] == nil {
      guard case .openAnswer(let m)? = try await client.message(id) else { continue }
      briefs[run]?.said[id] = PanelReview.pieces(m.answer, spec)
    }
    let said = briefs[run]?.said ?? [:]
    let items = try await items(row, spec, news)
    if items.isEmpty {
      // Its owner may want the items. Half of the time is waited for them; silence is dearer.
      let begun = brief.begun ?? news.now
      let half = Time(begun.milliseconds + (row.deadline.milliseconds - begun.milliseconds) / 2)
      if news.now < half {
        briefs[run]?.looks += 1
        rest(run, after: brief.looks, until: half)
        say(
          ScoringTrouble(.inputAway, "nobody hands out the items; they are waited for"), of: run)
        return nil
      }
      say(ScoringTrouble(.inputAway, "the answers are scored without the items"), of: run)
    }
    briefs[run]?.looks = 0
    let docket = PanelDocket(
      brief.key, lease, items: items,
      said: game.replicas.map { said[$0.answer.evidence.digest] ?? [] },
      parts: game.given.map(\.parts), input: row.input.root, until: row.deadline, for: address,
      network: network)
    if docket == nil {
      fail(run, ScoringTrouble(.answersAway, "the node does not show what was answered"))
    }
    return docket
  }

  /// The key to a panel's input stands in the message that started the run.
  private func items(_ row: Run, _ spec: TasksSpec, _ news: BlockNews) async throws -> [[UInt8]] {
    guard case .sendInput(let m)? = try await client.message(row.startedBy),
      let wrapped = m.keys.first, wrapped.scheme == WrappedKey.clear,
      let content = Bytes32(wrapped.bytes)
    else { return [] }
    let opening = await client.open(
      row.input, as: .input, key: content, reader: key, at: news.time)
    guard let bytes = opening.bytes,
      let read = try? CBOR.decode(TaskPieces.self, from: bytes, limit: TaskPieces.largestInput),
      read.pieces.count == Int(clamping: spec.items)
    else { return [] }
    return read.pieces.map(\.body)
  }

  // MARK: - Opening

  /// A seal stands on the ledger: whether it is the one that can be opened here.
  private func meetSeal(_ run: RunID, _ own: PanelJudge) {
    reach(.sealed, run)
    guard briefs[run]?.sheet?.seal != own.seal else { return }
    let found = kept(run)
    briefs[run]?.sheet = found?.seal == own.seal ? found : nil
    guard briefs[run]?.sheet == nil else { return }
    say(
      ScoringTrouble(
        .otherSeal, "another sheet is sealed than is kept here; open it where it was sealed"),
      of: run)
  }

  private func open(_ run: RunID, _ own: PanelJudge, _ news: BlockNews) throws -> [Message] {
    guard let brief = briefs[run], let sheet = brief.sheet, sheet.seal == own.seal else {
      return []
    }
    guard news.now >= brief.again else {
      briefs[run]?.wake = min(brief.wake, brief.again)
      return []
    }
    briefs[run]?.isSent = true
    briefs[run]?.again = later(Assessor.patience)
    briefs[run]?.wake = later(Assessor.patience)
    var m = OpenAnswer()
    m.head = try head(news)
    m.run = brief.key
    m.answer = sheet.sheet
    m.salt = salt(of: brief.key)
    return [.openAnswer(m)]
  }
}
