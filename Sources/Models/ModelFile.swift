// The file of a model: manifest and weights in one canonical piece.

public import Graphs
public import Primitives

/// What a `.tolsey-model` file holds. What decodes encodes to the same bytes again.
struct ModelFile: Fielded {
  static let typeName = "ModelFile"
  static let formatName = "tolsey-model/1"
  /// The most bytes of a file.
  static let mostBytes = 1 << 30

  /// The weights of one layer as bytes.
  struct LayerRecord: Fielded {
    static let typeName = "Layer"
    var matrix: [UInt8] = []
    /// Four little-endian bytes a bias.
    var bias: [UInt8] = []

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
      try v("matrix", &matrix)
      try v("bias", &bias)
    }
  }

  var format = ModelFile.formatName
  var manifest = Manifest()
  var layers: [LayerRecord] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    try v("manifest", &manifest)
    try v("layers", &layers)
  }
}

extension Model {
  /// The bytes of the model's file.
  public func save() -> [UInt8] {
    var file = ModelFile()
    file.manifest = manifest
    file.layers = weights.map { layer in
      ModelFile.LayerRecord(
        matrix: layer.matrix.map { UInt8(bitPattern: $0) },
        bias: Tensor.littleEndian(layer.bias))
    }
    return file.encoded
  }

  /// Reads a model's file; with `id`, another model than that is refused.
  public static func load(
    _ bytes: [UInt8], expecting id: ModelID? = nil
  ) throws(Refusal) -> Model {
    let file = try CBOR.decode(ModelFile.self, from: bytes, limit: ModelFile.mostBytes)
    guard file.format == ModelFile.formatName else { throw Refusal("unknownFormat") }
    if let id, file.manifest.id != id { throw Refusal("wrongModel") }
    var weights: [LayerWeights] = []
    for layer in file.layers {
      guard layer.bias.count % 4 == 0 else {
        throw .wrongLength(got: layer.bias.count, wanted: layer.bias.count / 4 * 4)
      }
      weights.append(
        LayerWeights(
          matrix: layer.matrix.map { Int8(bitPattern: $0) }, bias: Tensor.words(layer.bias)))
    }
    return try Model(file.manifest, weights)
  }
}
