// Models prepared for the court: their runs as traces, and what a trace opens.

import Graphs
import Models
import Primitives

/// A model with the shape of its traces, prepared once.
struct Tracer: Sendable {
  let model: Model
  let plan: TracePlan

  init(_ model: Model) throws(Refusal) {
    self.model = model
    plan = try TracePlan(model.graph)
  }

  /// The trace of the model's own run, hashed where the tensors lie.
  func trace(_ input: [UInt8], salt: ContentSalt) throws(Refusal) -> Trace {
    var builder = TraceBuilder(plan, salt: salt)
    try model.trace(input) { (tensor, bytes) throws(Refusal) in
      try builder.add(bytes, as: tensor)
    }
    return try builder.finish()
  }

  /// The trace of tensors that somebody claims.
  func trace(
    claimed tensors: some Sequence<[UInt8]>, salt: ContentSalt
  ) throws(Refusal) -> Trace {
    var builder = TraceBuilder(plan, salt: salt)
    for (tensor, bytes) in tensors.enumerated() { try builder.add(bytes, as: tensor) }
    return try builder.finish()
  }
}

/// A trace at hand, for as long as a run may be asked about.
struct TracedRun: Sendable {
  let tracer: Tracer
  let trace: Trace
  /// The content key of the input, for whoever is called to audit.
  let inputKey: Bytes32

  var first: [Vertex] { trace.path(to: 0) ?? [] }
  var last: [Vertex] { trace.path(to: trace.roots.count - 1) ?? [] }

  /// The children of the vertex that picks lead to.
  func children(at picks: [UInt8]) throws(Refusal) -> [Bytes32] {
    try trace.children(at: picks, tracer.model.weights)
  }

  /// The first child that is not this trace's own.
  func difference(from children: [Bytes32], at picks: [UInt8]) throws(Refusal) -> UInt8? {
    try trace.difference(from: children, at: picks, tracer.model.weights)
  }

  /// The last move: one block with all that it reads.
  func opening(at picks: [UInt8]) throws(Refusal) -> [UInt8] {
    try trace.opening(at: picks, manifest: tracer.model.manifest, tracer.model.weights).encoded
  }

  /// Whether picks lead to a single block.
  func isStep(_ picks: [UInt8]) throws(Refusal) -> Bool {
    if case .step = try trace.plan.shape.place(at: picks) { true } else { false }
  }
}
