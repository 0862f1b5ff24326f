// The sentences for what proofs of model runs are refused for.

extension RefusalTexts {
  static let proofs: [RefusalText] = [
    RefusalText(
      "proofFails", "the proof fails at the step {1?}", hint: "it proves nothing; ask for another"),
    RefusalText(
      "notProvable", "the model commits to no matrix that proofs open",
      hint: "make it provable with 'tolsey proof prepare'"),
    RefusalText("badProofParameters", "the parameters of the commitment are none that prove"),
    RefusalText("badSampleCount", "a proof takes no {got} samples at once"),
    RefusalText("matrixTooLarge", "the committed matrix would have more than {rows} rows"),
    RefusalText("notCanonicalElement", "a field element is not in its one form"),
    RefusalText("otherTrace", "the trace is of another model"),
    RefusalText("otherWeights", "the weights are not those that the manifest commits to"),
    RefusalText("wrongPath", "the hashes do not lead from the columns to the root"),
  ]
}
