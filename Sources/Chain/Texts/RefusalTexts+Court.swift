// The sentences for what publishing a model and opening a step are refused for.

extension RefusalTexts {
  static let referee: [RefusalText] = [
    RefusalText("otherClaim", "the file's moves are about another run or answer than it says"),
    RefusalText("otherModel", "the manifest in the file is not that of the model"),
    RefusalText("otherEnd", "the game did not end as the file says"),
    RefusalText("illegalMove", "a move of the file breaks the rules: {1?}"),
    RefusalText("noSuchGame", "the file holds no such game"),
    RefusalText("manifestTooLarge", "the manifest has {bytes} bytes; the most is {most}"),
    RefusalText("modelPublished", "the model is published already"),
    RefusalText(
      "modelNotPublished", "the model's manifest is not in the ledger: nobody could judge a run",
      hint: "tolsey sell publishes it"),
    RefusalText("wrongInputBytes", "the input has {got} bytes; the model reads {wanted}"),
    RefusalText(
      "noTileCommitment", "the manifest commits to no tiles of its weights that fit its graph"),
    RefusalText(
      "stepTooLarge", "a step of node {node} takes {bytes} bytes or {work} operations to judge",
      hint: "a model whose disputes cannot be finished is not sold under a check with a court"),
    RefusalText("noSuchPlace", "pick {pick} at step {step} leads nowhere in the trace"),
    RefusalText("notAStep", "after {picks} picks there is more than one block left"),
    RefusalText("noSuchTensor", "the run has no tensor {tensor}"),
    RefusalText("openingTooLarge", "the opening has {bytes} bytes; the most is {most}"),
    RefusalText("wrongManifest", "the manifest is not that of the model"),
    RefusalText("wrongSalt", "the salt does not prove itself against the input's promise"),
    RefusalText("wrongOpening", "the opening shows {1=} {1?}; the block needs {wanted}"),
    RefusalText("operandNotProven", "tile {tile} of tensor {tensor} is not in the trace"),
    RefusalText("weightsNotProven", "leaf {leaf} of the weights is not that of the model"),
    RefusalText("wrongSums", "the sums before block {block} are not those agreed on"),
  ]
}
