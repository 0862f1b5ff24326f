// A manifest as a proof shows it: read, and its commitment's parameters judged.

import Graphs
import Primitives

/// What every verifier starts from.
struct ProvableModel {
  let manifest: Manifest
  let graph: Graph
  let shape: MatrixShape
  let root: Bytes32

  /// - Parameter hidesWeights: a model whose weights are hidden commits to them in one way only,
  ///   since other roots have no salt: anybody could check a guess.
  init(_ bytes: [UInt8], hidesWeights: Bool = false) throws(Refusal) {
    do throws(Refusal) {
      manifest = try Manifest(decoding: bytes)
      graph = try manifest.graph()
      if hidesWeights { try manifest.checkHidesWeights() }
    } catch { throw .proofFails(.manifest, error.code) }
    let scheme = hidesWeights ? CommittedWeights.hidingScheme : CommittedWeights.scheme
    guard let commitment = manifest.commitment(scheme) else {
      throw .proofFails(.manifest, "notProvable")
    }
    do throws(Refusal) { shape = try CommittedWeights.shape(of: commitment, graph) } catch {
      throw .proofFails(.parameters, error.code)
    }
    guard max(shape.queries, shape.workQueries) < shape.length else {
      throw .proofFails(.parameters, "tooFewColumns")
    }
    root = commitment.root
  }
}

extension Manifest {
  func checkHidesWeights() throws(Refusal) {
    guard commitments.map(\.scheme) == [CommittedWeights.hidingScheme] else {
      throw Refusal("weightsNotHidden")
    }
  }
}
