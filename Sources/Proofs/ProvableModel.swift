// A manifest as a proof shows it: read, and its commitment's parameters judged.

import Graphs
import Primitives

/// What every verifier starts from.
struct ProvableModel {
  let manifest: Manifest
  let graph: Graph
  let shape: MatrixShape
  let root: Bytes32

  init(_ bytes: [UInt8]) throws(Refusal) {
    do throws(Refusal) {
      manifest = try Manifest(decoding: bytes)
      graph = try manifest.graph()
    } catch { throw .proofFails(.manifest, error.code) }
    guard let commitment = manifest.commitment(CommittedWeights.scheme) else {
      throw .proofFails(.manifest, "notProvable")
    }
    do throws(Refusal) { shape = try CommittedWeights.shape(of: commitment, graph) } catch {
      throw .proofFails(.parameters, error.code)
    }
    guard shape.queries < shape.length else { throw .proofFails(.parameters, "tooFewColumns") }
    root = commitment.root
  }
}
