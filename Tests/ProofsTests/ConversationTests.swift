// What both sides say and draw, in its order. A message that neither absorbed any more would leave
// every proof holding, and its prover free to choose it behind the challenges that it precedes.

import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct ConversationTests {
  /// All that a proof is made of is fixed here, so its bytes are too: whoever changes what is
  /// absorbed, or in what order, makes proofs that the verifiers of others refuse, and so a format.
  private func judge(
    _ bytes: [UInt8], _ hash: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect("\(SHA256.hash(bytes))" == hash, sourceLocation: sourceLocation)
  }

  @Test func anOpenProofIsWhatItWas() throws {
    let model = try SuccinctLiar().model
    judge(
      try model.prove().bytes,
      "0x133b9f9ac9d5f5e71ecb51ccdfe658f8ca93e2544da3c2f452235318bb45eb1b")
  }

  @Test func aSuccinctProofIsWhatItWas() throws {
    judge(
      try SuccinctLiar().prove().bytes,
      "0x06a54006273fa4883f240a4c95c9752db4f6495ace9b5b93a4733a70b480af3c")
    judge(
      try WideLiar().prove().bytes,
      "0x52b8b7f72ee380112c28010728ef514256f222af846180aaae7cb4b2bb1452ff")
  }

  @Test func aPrivateProofIsWhatItWas() throws {
    judge(
      try PrivateLiar().prove().bytes,
      "0x528ae23458ecb26712b13587466883b4e0f90116a70ed83eff5566b1ac079fd6")
    let wide = try WideLiar(.private)
    judge(
      try wide.privately(try #require(wide.hidden)).bytes,
      "0x6fa46148e551b080fda71700eb5617dce51a5b30eccfd048c8b001bfad1e820a")
  }

  @Test func aProofOfHiddenWeightsIsWhatItWas() throws {
    let model = try HiddenModel()
    judge(
      try model.prove(.weights).bytes,
      "0x6099be4f9ebd78330932f850d27d913a7a6a88ba91ad19ef1d24c1cd244aee15")
    judge(
      try model.prove([.input, .weights], index: 1).bytes,
      "0x81caf119e592ab5abac69acae0a9c47043b9adb745fca2bb84223b811d30e3a7")
  }

  @Test func aRecommitmentIsWhatItWas() throws {
    let model = try HiddenModel()
    let file = try Recommitment(
      model.manifest, from: model.weights, to: try model.later().weights)
    judge(
      file.bytes,
      "0xf5581637f8ae8eab22c03c4cd24ee6a68e883bf9bc9f7320e533e52e049c29d2")
  }
}
