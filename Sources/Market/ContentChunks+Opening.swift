// Opening boxes: what a reader gets out of a blob, and the box that shows a lie.

public import Primitives

/// Opens the boxes of one blob with its content key.
public struct BoxOpener: Sendable {
  private let key: Bytes32
  /// The salt that the bindings of an input must come from. Of an output the key says nothing of
  /// the salt: a binding that is not the input's makes a root that equals no honest one.
  private let salt: ContentSalt?

  public init(_ side: ContentSide, key: Bytes32) {
    self.key = key
    salt = side == .input ? ContentSalt(contentKey: key) : nil
  }

  /// The chunk in a box; nil where the box does not decrypt to its own leaf.
  public func open(_ box: [UInt8], at index: UInt64) throws(Refusal) -> [UInt8]? {
    guard box.count >= ContentChunks.boxOverhead, box.count <= ContentChunks.boxBytes,
      let leaf = Bytes32(box.prefix(ContentChunks.leafBytes))
    else { return nil }
    let bound = try ContentChunks.crypt(
      Array(box.dropFirst(ContentChunks.leafBytes)), key: key, index: index)
    guard let binding = Bytes32(bound.prefix(32)) else { return nil }
    if let salt, salt.binding(.input(index)) != binding { return nil }
    let chunk = Array(bound.dropFirst(32))
    return ContentSalt.leaf(binding: binding, chunk) == leaf ? chunk : nil
  }
}

/// A box with its way to the root of its blob, as `ShowChunk` carries it.
public struct ShownBox: Hashable, Sendable {
  public var index: UInt64
  public var box: [UInt8]
  public var path: [Vertex]
}

/// What a blob holds for who has its key.
public enum OpenedBlob: Hashable, Sendable {
  case bytes([UInt8])
  /// The box lies: shown to the ledger, it proves so.
  case lie(ShownBox)
  /// These are not the bytes that a custodian signed for.
  case foreign
}

extension ContentChunks {
  /// Opens a whole blob and holds it against the commitment.
  public static func open(
    _ blob: [UInt8], of content: Content, as side: ContentSide, key: Bytes32
  ) throws(Refusal) -> OpenedBlob {
    let roots = BlobRoots(of: blob)
    guard UInt64(blob.count) == content.size, isBlobSize(content.size),
      roots.blob == content.blob, roots.content == content.root
    else { return .foreign }
    let opener = BoxOpener(side, key: key)
    var bytes: [UInt8] = []
    for (index, box) in boxes(of: blob).enumerated() {
      guard let chunk = try opener.open(box, at: UInt64(index)) else {
        return .lie(show(index, in: blob))
      }
      bytes += chunk
    }
    return .bytes(bytes)
  }

  /// One box of a blob with its path.
  public static func show(_ index: Int, in blob: [UInt8]) -> ShownBox {
    let boxes = boxes(of: blob)
    let path = WideTree.path(to: index, in: boxes.map { boxLeaf($0) })
    return ShownBox(
      index: UInt64(index), box: boxes.indices.contains(index) ? boxes[index] : [],
      path: path ?? [])
  }

  static func boxes(of blob: [UInt8]) -> [[UInt8]] {
    stride(from: 0, to: blob.count, by: boxBytes).map {
      Array(blob[$0..<min($0 + boxBytes, blob.count)])
    }
  }
}
