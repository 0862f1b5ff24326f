// The bond by which a checker is drawn: laid down, topped up after a loss, asked back at the end.

import Agents
import Chain
import Inference
import Kernel
import Market
import Primitives

extension Checker {
  /// Brings the row on the ledger to what the plan says.
  func tendRegister(_ news: BlockNews) async throws -> [Message] {
    let row = try await client.auditor(address)
    if isLeaving {
      guard let row, row.leaves == .never else {
        if !hasLeft, row != nil { owed = try await mayStillCall() }
        departure = row.map { ($0.bond, $0.leaves) }
        hasLeft = true
        return []
      }
      guard attempts.begin(.leave, at: news.height) else {
        looksAtRegister = true
        return []
      }
      var m = LeaveAudits()
      m.head = try head(news)
      return [.leaveAudits(m)]
    }
    let subjects = plan.models.map {
      Subject.of(
        work: InferenceWork.name, spec: InferenceSpec(model: $0.id.digest).encoded)
    }.sorted()
    let bond = row?.bond ?? .zero
    guard plan.bond > .zero, !isStopping, row?.leaves ?? .never == .never,
      bond < plan.bond || row?.subjects != subjects,
      attempts.begin(.register(bond), at: news.height)
    else { return [] }
    var m = RegisterAuditor()
    m.head = try head(news)
    m.subjects = subjects
    m.bond = bond < plan.bond ? try plan.bond.subtracting(bond) : .zero
    return [.registerAuditor(m)]
  }
}
