// The sentences for what proofs of model runs are refused for.

extension RefusalTexts {
  /// What messages meet under the check `proved`.
  static let proved: [RefusalText] = [
    RefusalText(
      "notProvableHere", "runs of the model cannot be proved to the ledger at level {level}",
      hint: "ask for another level; a model without any is sold under its provable form's id, "
        + "which 'tolsey sell' makes"),
    RefusalText(
      "proofTooLong", "the proof has {bytes} bytes; for this model the most is {most}",
      hint: "make the proof again with this program: its parameters are fixed"),
    RefusalText(
      "otherProof", "the proof is not of this run: another {1?}",
      hint: "prove this run; the seat may send it until its time is over"),
    RefusalText(
      "otherSalt", "the salt is not the one that the input was committed to under",
      hint: "with a proof that hides its input the salt is zero, so that nobody can guess at it"),
    RefusalText(
      "notTheInput", "the input is not the one that the run was started with",
      hint: "prove the run of the input that was sent"),
    RefusalText(
      "proofIsAboutIt", "the proof is about this very input: there is nothing to contest",
      hint: "accept the run: it is about your input"),
    RefusalText(
      "otherOutput", "the output is not the one that the evidence commits to",
      hint: "hand in the evidence and the proof of one and the same run"),
  ]

  static let proofs: [RefusalText] = [
    RefusalText(
      "proofFails", "the proof fails at the step {1?}", hint: "it proves nothing; ask for another"),
    RefusalText(
      "notProvable", "the model commits to no matrix that proofs open",
      hint: "make it provable with 'tolsey proof prepare'"),
    RefusalText(
      "badProofParameters", "the parameters of the commitment are none that prove",
      hint: "make the proof again with this program"),
    RefusalText(
      "badSampleCount", "a proof takes no {got} samples at once",
      hint: "give from 1 to 4,096 inputs of one model"),
    RefusalText(
      "matrixTooLarge", "the committed matrix would have more than {rows} rows",
      hint: "prove fewer samples at once, or a smaller model"),
    RefusalText(
      "notCanonicalElement", "a field element is not in its one form",
      hint: "make the file again: it was changed, or its maker is wrong"),
    RefusalText(
      "otherTrace", "the trace is of another model",
      hint: "run the model that is to be proved"),
    RefusalText(
      "otherWeights", "the weights are not those that the manifest commits to",
      hint: "give the weights of this very model"),
    RefusalText(
      "noProof", "this is no file of a proof",
      hint: "tolsey proof make writes one"),
    RefusalText(
      "levelNotBuilt", "proofs of level '{1?}' are not built",
      hint: "choose open, succinct or private"),
    RefusalText(
      "noSecret", "a proof that hides its input is drawn from a secret",
      hint: "give the prover a secret of its own; tolsey proof make does so"),
    RefusalText(
      "hidingNotBuilt", "hiding '{1?}' is not built",
      hint: "choose input, weights, or input,weights, at level private"),
    RefusalText(
      "weightsNotHidden", "the manifest commits to its weights without hiding them",
      hint: "hide them with 'tolsey proof hide', under another id"),
    RefusalText(
      "budgetTooLarge", "weights cannot be hidden for {got} proofs",
      hint: "hide them for fewer; when they are spent, commit to the weights again"),
    RefusalText(
      "budgetSpent", "the openings of the hidden weights are spent",
      hint: "commit to the weights again with 'tolsey proof recommit'"),
    RefusalText(
      "openingsUnreadable", "the counter of openings cannot be read or written",
      hint: "look at the file's owner and rights, and at the disk"),
    RefusalText(
      "openingsMoved", "the counter of openings is a copy, or was put back",
      hint: "prove where it was made; if that is lost, hide the weights again, under another id"),
    RefusalText(
      "noOpenings", "a proof of hidden weights spends an opening of its counter",
      hint: "hide the weights again: tolsey proof recommit"),
    RefusalText(
      "operationNotProvable", "only level open proves the operation {1?}",
      hint: "prove it at level open"),
    RefusalText(
      "tooWideToProve", "a rounding of the model is of {bits} bits; level succinct proves 56",
      hint: "prove it at level open"),
    RefusalText(
      "witnessTooLarge", "level succinct would commit to {got} numbers, which are too many",
      hint: "prove fewer samples at once, or at level open"),
    RefusalText(
      "runTooLarge", "replaying the run takes {got} elements or steps; the most is {most}",
      hint: "prove fewer samples at once"),
    RefusalText(
      "proofTooWeak", "a proof would have {bits} bits of security; {least} are asked for",
      hint: "commit to the weights with other parameters"),
    RefusalText(
      "wrongPath", "the hashes do not lead from the columns to the root",
      hint: "make the proof again: the file was changed, or its maker is wrong"),
  ]
}
