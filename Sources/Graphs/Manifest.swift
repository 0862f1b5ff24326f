// The canonical description of a model; its SHA-256 is the model's id.

public import Primitives

/// What `model_…` ids name.
public enum ModelKind: IDKind { public static let prefix = "model" }

/// SHA-256 of the canonical manifest.
public typealias ModelID = ID<ModelKind>

/// What people do with the output, outside of every claim.
public enum Readout: UInt8, ByteChoice {
  /// Output times scale is the model's output.
  case plain = 0
  /// A softmax over output times scale is the model's output.
  case softmax = 1
}

/// Everything that says which model this is: its graph, its weights' commitments, its scales,
/// and how good it was when it was made.
public struct Manifest: Fielded, Hashable {
  public static let typeName = "Manifest"
  /// The version of this form.
  public var format: UInt32 = 1
  /// The numeric profile; this code knows `int8`.
  public var profile = "int8"
  public var inputElement = ElementType.int8
  public var inputShape: [UInt64] = []
  public var inputScale = Scale()
  public var nodes: [NodeRecord] = []
  public var outputScale = Scale()
  public var readout = Readout.plain
  public var report = AccuracyReport()
  public var commitments: [WeightCommitment] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    try v("profile", &profile)
    try v("inputElement", &inputElement)
    try v("inputShape", &inputShape)
    try v("inputScale", &inputScale)
    try v("nodes", &nodes)
    try v("outputScale", &outputScale)
    try v("readout", &readout)
    try v("report", &report)
    try v("commitments", &commitments)
  }

  public init(
    graph: Graph, inputScale: Scale, outputScale: Scale, readout: Readout,
    report: AccuracyReport, commitments: [WeightCommitment]
  ) {
    inputElement = graph.input.element
    inputShape = graph.input.shape.dims.map { UInt64($0) }
    nodes = graph.nodes.map(NodeRecord.init)
    self.inputScale = inputScale
    self.outputScale = outputScale
    self.readout = readout
    self.report = report
    self.commitments = commitments
  }

  /// The model's id.
  public var id: ModelID { ModelID(contentHash) }

  /// The most bytes of a manifest.
  public static let mostBytes = 1 << 24
  /// The most commitments to a model's weights; two schemes are known.
  public static let mostCommitments = 16

  /// Reads canonical bytes; the graph is checked by `graph()`.
  public init(decoding bytes: [UInt8]) throws(Refusal) {
    self = try CBOR.decode(Manifest.self, from: bytes, limit: Self.mostBytes)
  }

  /// The graph, checked.
  public func graph() throws(Refusal) -> Graph {
    guard format == 1 else {
      throw Refusal("unknownFormat", ["got": UInt64(format), "known": 1])
    }
    guard profile == "int8" else { throw Refusal("unknownProfile") }
    try inputScale.check()
    try outputScale.check()
    try report.check()
    guard !commitments.isEmpty else { throw Refusal("noCommitment") }
    // Each is compared with those before it.
    guard commitments.count <= Self.mostCommitments else {
      throw Refusal(
        "tooManyCommitments",
        ["got": UInt64(commitments.count), "most": UInt64(Self.mostCommitments)])
    }
    for (index, own) in commitments.enumerated() {
      guard !commitments[..<index].contains(where: { $0.scheme == own.scheme }) else {
        throw Refusal("repeatedScheme", ["index": UInt64(index)])
      }
    }
    var dims: [Int] = []
    for dim in inputShape { dims.append(Int(clamping: dim)) }
    let input = TensorType(inputElement, try Shape(dims))
    guard nodes.count <= Graph.mostNodes else {
      throw Refusal(
        "badNodeCount", ["got": UInt64(nodes.count), "most": UInt64(Graph.mostNodes)])
    }
    var checked: [Node] = []
    for record in nodes { checked.append(try record.node()) }
    return try Graph(input: input, nodes: checked)
  }

  /// The commitment of a scheme, if the manifest lists one.
  public func commitment(_ scheme: String) -> WeightCommitment? {
    commitments.first { $0.scheme == scheme }
  }
}
