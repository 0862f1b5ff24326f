// Makes a model provable, proves a run of it, and verifies the proof without the weights.

import Foundation
import Graphs
import Models
import Primitives
import Proofs

guard CommandLine.arguments.count == 2 else { fatalError("usage: ProveARun MODEL.tolsey-model") }
let file = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
let model = try Model.load([UInt8](file))
let input = try model.quantise(Array(repeating: 0, count: model.inputCount))

// snippet.prove
let weights = try CommittedWeights(model.graph, model.weights)  // once a model
var manifest = model.manifest
manifest.commitments.append(weights.commitment)  // another id, the same answers

let prover = try SuccinctProver(manifest, weights)
let trace = try model.graph.trace(model.weights, on: input)
let nonce = SHA256.hash(Array("what whoever asks chose".utf8))
let bytes = try prover.prove([trace], nonce: nonce).bytes

let run = try Proof.verify(bytes: bytes)  // from the file alone
guard run.model == manifest.id, run.nonce == nonce else { fatalError("another run's proof") }
print(run.outputs[0], "with an error below 2^-\(run.security.bits)")
