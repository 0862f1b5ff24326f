// Audited roads of the real network: one that the auditor confirms, one that it fells.

import Archive
import Chain
import Graphs
import Kernel
import Market
import Primitives

extension RealMarket {
  /// An offer under `disputable` whose audit is certain; the auditor always runs the work truly.
  func audited(_ provider: String, _ trace: Trace, _ output: [UInt8]) throws {
    let check = CheckTerms("disputable", [Number("audit", 1_000_000)])
    let salt = RealMarket.hash("salt of \(provider)")
    let run = try take(provider, check, price: 30_000, auditSalt: salt)
    try submit(run, output, by: provider)
    try block()
    try block()
    var draw = DrawAudit()
    draw.run = run
    draw.salt = salt
    try say("ada", draw)
    let auditor = try called(run)
    try seal(run, trace, by: provider, to: auditor)
    try seal(run, court.honest, by: auditor, to: nil)
    try unseal(run, trace, by: provider, isTied: true)
    try unseal(run, court.honest, by: auditor, isTied: false)
    if trace.root == court.honest.root {
      // Nobody disputes it until its window is over.
      try block(after: 800)
    } else {
      let answer = trace.roots[trace.roots.count - 1]
      try descend(GameKey(run, answer, RealMarket.address(auditor)), by: auditor)
    }
  }

  /// The name of the auditor that the last draw called.
  private func called(_ run: RunKey) throws -> String {
    for entry in recorded.reversed() {
      let event = try CBOR.decode(Event.self, from: entry.bytes)
      guard event.name == "auditorCalled", event.subject == run.id.digest else { continue }
      let name = RealMarket.people.first { RealMarket.address($0) == event.parties[0] }
      if let name { return name }
    }
    throw Unexpected(code: "noAuditor")
  }

  private func seal(_ run: RunKey, _ trace: Trace, by name: String, to reader: String?) throws {
    var m = SealTrace()
    m.run = run
    m.seal = SealTrace.seal(
      run: run.id, by: RealMarket.address(name), root: trace.root, salt: RealMarket.hash(name))
    if let reader {
      m.key = WrappedKey(
        to: RealMarket.address(reader), scheme: WrappedKey.sealed,
        bytes: [UInt8](repeating: 0x5e, count: 80))
    }
    try say(name, m, after: 15)
  }

  private func unseal(_ run: RunKey, _ trace: Trace, by name: String, isTied: Bool) throws {
    var m = UnsealTrace()
    m.run = run
    m.root = trace.root
    m.salt = RealMarket.hash(name)
    if isTied {
      m.first = trace.path(to: 0) ?? []
      m.last = trace.path(to: trace.roots.count - 1) ?? []
    }
    try say(name, m, after: 3)
  }
}
