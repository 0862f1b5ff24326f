// The sentences for what publishing a model and opening a step are refused for.

extension RefusalTexts {
  static let referee: [RefusalText] = [
    RefusalText(
      "otherClaim", "the file's moves are about another run or answer than it says",
      hint: "save it again: tolsey dispute show ID --save FILE"),
    RefusalText(
      "otherModel", "the manifest in the file is not that of the model",
      hint: "save it again from a node that has the model's manifest"),
    RefusalText(
      "otherEnd", "the game did not end as the file says",
      hint: "do not rely on the file; save it again from a node you trust"),
    RefusalText(
      "illegalMove", "a move of the file breaks the rules: {1?}",
      hint: "do not rely on the file; save it again from a node you trust"),
    RefusalText(
      "noSuchGame", "the file holds no such game",
      hint: "tolsey dispute list names the disputes"),
    RefusalText(
      "manifestTooLarge", "the manifest has {bytes} bytes; the most is {most}",
      hint: "split the model, or use larger tiles"),
    RefusalText(
      "modelPublished", "the model is published already",
      hint: "nothing: use it as it is"),
    RefusalText(
      "modelNotPublished", "the model's manifest is not in the ledger: nobody could judge a run",
      hint: "tolsey sell publishes it"),
    RefusalText(
      "wrongInputBytes", "the input has {got} bytes; the model reads {wanted}",
      hint: "tolsey model show says what the model reads"),
    RefusalText(
      "noTileCommitment", "the manifest commits to no tiles of its weights that fit its graph",
      hint: "prepare the model again with tolsey model add"),
    RefusalText(
      "stepTooLarge", "a step of node {node} takes {bytes} bytes or {work} operations to judge",
      hint: "a model whose disputes cannot be finished is not sold under a check with a court"),
    RefusalText(
      "noSuchPlace", "pick {pick} at step {step} leads nowhere in the trace",
      hint: "pick a child that the vertex has"),
    RefusalText(
      "notAStep", "after {picks} picks there is more than one block left",
      hint: "go on picking until one block is left"),
    RefusalText(
      "noSuchTensor", "the run has no tensor {tensor}",
      hint: "tolsey model show counts the tensors"),
    RefusalText(
      "openingTooLarge", "the opening has {bytes} bytes; the most is {most}",
      hint: "the model's steps are too large for a court: sell it under another check"),
    RefusalText(
      "wrongManifest", "the manifest is not that of the model",
      hint: "send the manifest whose hash is the model's id"),
    RefusalText(
      "wrongSalt", "the salt does not prove itself against the input's promise",
      hint: "send the salt that the input was committed with"),
    RefusalText(
      "wrongOpening", "the opening shows {1=} {1?}; the block needs {wanted}",
      hint: "show what the step reads, in the order that the operation reads it"),
    RefusalText(
      "operandNotProven", "tile {tile} of tensor {tensor} is not in the trace",
      hint: "open the tile with its path in the trace that was shown"),
    RefusalText(
      "weightsNotProven", "leaf {leaf} of the weights is not that of the model",
      hint: "open the leaf with its path in the model's own weights"),
    RefusalText(
      "wrongSums", "the sums before block {block} are not those agreed on",
      hint: "show the sums that hash to what both sides agreed on"),
  ]
}
