// The sentences for what imports, graphs and weights are refused for.

extension RefusalTexts {
  static let models: [RefusalText] = [
    RefusalText(
      "malformedOnnx", "the bytes are no ONNX file, from byte {offset} on",
      hint: "export the model again; docs/howto/import-a-model says how"),
    RefusalText(
      "tooLargeOnnx", "{1=} of {1?} are more than the {most} that are taken",
      hint: "export a smaller model"),
    RefusalText(
      "unsupportedNode", "node {1=} is {1?}, which has no integer meaning here",
      hint: "docs/concepts/models lists the operations that are taken"),
    RefusalText(
      "unsupportedAttribute", "node {node} has {1?} = {1=}, which is not taken",
      hint: "export it without that attribute; docs/concepts/models has what is taken"),
    RefusalText(
      "unsupportedOpset", "the file uses opset {got}; the least is {least}",
      hint: "export it again with a newer opset"),
    RefusalText(
      "unsupportedDataType", "elements of ONNX type {type} are not taken",
      hint: "export weights as float32 and inputs as float32 or int64"),
    RefusalText(
      "unknownTensor", "node {1=} reads {1?}, which no earlier node makes",
      hint: "export the model again: its nodes are out of order"),
    RefusalText(
      "duplicateTensor", "node {1=} makes {1?} a second time",
      hint: "export the model again: two outputs share a name"),
    RefusalText(
      "badShape", "node {node} has {got} where {wanted} fits",
      hint: "check the shapes of the graph; fix every axis but the batch"),
    RefusalText(
      "wrongConstant", "a constant has {got} bytes; its shape wants {wanted}",
      hint: "export the model again: the file is damaged"),
    RefusalText(
      "externalData", "weights in other files are not taken, at byte {offset}",
      hint: "save the model as one file, below 2 GiB"),
    RefusalText(
      "notFinite", "element {index} is no finite number",
      hint: "train again: the weights hold NaN or infinity"),
    RefusalText(
      "badScale", "a scale leaves the range of its numbers",
      hint: "calibrate with samples like those that will be asked"),
    RefusalText(
      "wantsOneInput", "the model has {got} inputs; one is taken",
      hint: "join the inputs into one tensor before the export"),
    RefusalText(
      "wantsOneOutput", "the model has {got} outputs; one is taken",
      hint: "keep one output; drop the rest before the export"),
    RefusalText(
      "wantsBatchOfOne", "the batch is {got}; it must be 1 or free",
      hint: "export with a batch of 1, or leave it free"),
    RefusalText(
      "freeAxis", "axis {axis} has no fixed length",
      hint: "fix its length at the export"),
    RefusalText(
      "emptyModel", "the model does nothing",
      hint: "export a graph with at least one operation"),
    RefusalText(
      "noCalibrationSamples", "calibration needs samples",
      hint: "give some with --calibrate FILE.npy"),
    RefusalText(
      "tooManySamples", "{got} samples are more than {most}",
      hint: "give fewer: some hundred are enough"),
    RefusalText(
      "badPercentile", "a percentile of {got%} is less than {least%}",
      hint: "choose one nearer to 100 %"),
    RefusalText(
      "noSamples", "there are no samples to measure on",
      hint: "give samples and labels to measure on"),
    RefusalText(
      "scalesTooFarApart", "the channels' scales lie {ratio} times apart",
      hint: "use a scale a tensor, or scale the channels alike in training"),
    RefusalText(
      "wrongWeights", "the weights are not those that the manifest commits to",
      hint: "fetch the weights again, or add the model they belong to"),
    RefusalText(
      "wrongModel", "the model is not the one that was named",
      hint: "name the model that the file is of; tolsey model list has them"),
    RefusalText(
      "unknownFormat", "the file is of no format that is known here",
      hint: "update the program, or make the file again with this one"),
    RefusalText(
      "malformedNpy", "the bytes are no .npy file",
      hint: "save the array with numpy.save"),
    RefusalText(
      "unsupportedNpyType", "the array's elements are of no type that is taken",
      hint: "save it as uint8, int8, float32 or int64"),
    RefusalText(
      "unsupportedNpyOrder", "the array is stored column by column",
      hint: "save numpy.ascontiguousarray of it"),
    RefusalText(
      "malformedInput", "the input is not what its kind wants, from byte {offset}",
      hint: "see tolsey model show for what the model reads"),
    RefusalText(
      "tooLarge", "{got} bytes are more than {most}",
      hint: "send less"),
    RefusalText(
      "badLabel", "the label {got} is not below {end}",
      hint: "labels are numbers from 0 to one less than the classes"),
    RefusalText(
      "noTextModel", "the model reads no symbols: its input is no list of bytes",
      hint: "choose a model that reads text; tolsey model show says what it reads"),
    RefusalText(
      "otherAlphabet", "the alphabet has {symbols} symbols, the model {outputs}",
      hint: "give the alphabet that the model was trained with"),
  ]

  static let graphs: [RefusalText] = [
    RefusalText(
      "badReport", "the accuracy report contradicts itself",
      hint: "measure again with tolsey model add; do not rely on this report"),
    RefusalText(
      "readsLaterTensor", "node {node} reads tensor {tensor}, which comes later",
      hint: "sort the nodes so that each reads earlier ones"),
    RefusalText(
      "unreadTensor", "tensor {tensor} is read by no node",
      hint: "drop the node that makes it"),
    RefusalText(
      "tooMuchWork", "the graph does {got} operations; the most is {most}",
      hint: "use a smaller model or a shorter input"),
    RefusalText(
      "tooManyWeights", "the graph has {got} weights; the most is {most}",
      hint: "use a smaller model"),
    RefusalText(
      "unknownProfile", "the numeric profile is unknown here",
      hint: "update the program, or import with the profile int8"),
    RefusalText(
      "noCommitment", "the manifest commits to no weights",
      hint: "prepare the model again with tolsey model add"),
    RefusalText(
      "tooManyCommitments", "{got} commitments to weights; the most is {most}",
      hint: "leave one of each scheme"),
    RefusalText(
      "repeatedScheme", "commitment {index} repeats a scheme",
      hint: "leave one of each scheme"),
    RefusalText(
      "badNodeCount", "the graph has {got} nodes; from 1 to {most} are taken",
      hint: "split the model, or fold its nodes before the export"),
    RefusalText(
      "numberTooLarge", "{got} is greater than {most}",
      hint: "use a smaller number; docs/reference/formats has the bounds"),
    RefusalText(
      "badNode", "a node of kind {kind} does not take {numbers} numbers",
      hint: "docs/reference/formats has the numbers of each operation"),
    RefusalText(
      "wrongInputCount", "{got} inputs; the operation takes {wanted}",
      hint: "docs/reference/formats has what each operation reads"),
    RefusalText(
      "wrongElement", "the operation does not take elements of type {got}",
      hint: "round the sums to bytes first; docs/concepts/models has the types"),
    RefusalText(
      "badShift", "a shift of {got} is not taken",
      hint: "docs/concepts/models has the range of shifts"),
    RefusalText(
      "badMultiplier", "the multiplier {got} is not from 1 to below {end}",
      hint: "calibrate again: the scale cannot be written so"),
    RefusalText(
      "tensorTooLarge", "{elements} elements are more than {most}",
      hint: "use smaller layers or a smaller batch"),
    RefusalText(
      "modelTooLarge", "the model reads {inputs} numbers; the page takes {limit}",
      hint: "buy it with 'tolsey buy'"),
    RefusalText(
      "elementOutOfRange", "element {index} leaves the range of its type",
      hint: "clip the input to its type before it is sent"),
    RefusalText(
      "wrongLength", "{got} elements; {wanted} are wanted",
      hint: "give as many numbers as the shape has"),
    RefusalText(
      "wrongBiasBound", "the bias reaches {got}; {stated} is stated",
      hint: "state the greatest that the bias reaches"),
    RefusalText(
      "badWindow", "the window is {got}; the most is {most}",
      hint: "use a smaller kernel"),
    RefusalText(
      "badRank", "{got} axes do not fit here",
      hint: "reshape it before the operation"),
    RefusalText(
      "badAxis", "an axis of {count} places, {inner} apart, does not fit the shape",
      hint: "name an axis that the shape has"),
    RefusalText(
      "badStride", "a stride of {got} is not taken here",
      hint: "use a stride of the window's size or less"),
    RefusalText(
      "readsBehindTensor", "element {element} of a tensor of {elements} elements is read",
      hint: "the graph is damaged: import the model again"),
    RefusalText(
      "badExponentials", "the table of exponentials begins with {first}",
      hint: "the first entry stands for e to the 0: calibrate again"),
    RefusalText(
      "badEpsilon", "the epsilon is {got}; from 1 to {most} are taken",
      hint: "choose one in the range"),
    RefusalText(
      "badVocabulary", "{got} symbols; from 1 to {most} are taken",
      hint: "use fewer symbols, or at least one"),
    RefusalText(
      "scalesDiffer", "sums of different scales cannot change places",
      hint: "import the model again: such a graph is not made by the importer"),
    RefusalText(
      "wantsWeights", "a layer cannot run without its weights",
      hint: "give the weights of the model beside its manifest"),
    RefusalText(
      "sumsCouldOverflow", "a sum over {columns} columns could leave 32 bits",
      hint: "split the layer: so many products do not fit"),
  ]
}
