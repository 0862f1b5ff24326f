// The models of this machine, each in a file named by its id, with the ONNX that it came from.

import Graphs
import Models
import Primitives
import Workers

/// `$TOLSEY_HOME/models`.
struct ModelFolder {
  static let suffix = ".tolsey-model"
  let path: String

  init() throws {
    path = try HomeFolder.folder("models")
  }

  func file(_ id: ModelID) -> String { "\(path)/\(id)\(ModelFolder.suffix)" }
  /// The float model, which accuracy is compared with.
  func source(_ id: ModelID) -> String { "\(path)/\(id).onnx" }

  /// Keeps a model. The same model again is no mistake.
  func add(_ model: Model, onnx: [UInt8]) throws {
    try LocalFile.write(model.save(), to: file(model.id))
    try LocalFile.write(onnx, to: source(model.id))
  }

  var ids: [String] {
    get throws {
      try LocalFile.names(in: path)
        .filter { $0.hasSuffix(ModelFolder.suffix) && !$0.hasPrefix(".") }
        .map { String($0.dropLast(ModelFolder.suffix.count)) }
    }
  }

  /// The model of a path, of an id, or of the start of one.
  func model(_ word: String) throws -> Model {
    if word.contains("/") || word.hasSuffix(ModelFolder.suffix) {
      return try ModelFolder.load(word, expecting: nil)
    }
    let id = try find(word)
    return try ModelFolder.load(file(id), expecting: id)
  }

  /// The form of a model that runs can be proved of, added here under its own id.
  func provable(_ word: String) throws -> Model {
    let model = try model(word)
    let provable = try model.provable()
    if provable.id != model.id {
      let onnx = source(model.id)
      try add(provable, onnx: LocalFile.exists(onnx) ? try LocalFile.read(onnx) : [])
    }
    return provable
  }

  /// The float model of a model that was added here.
  func float(of model: Model) throws -> FloatModel? {
    let path = source(model.id)
    guard LocalFile.exists(path) else { return nil }
    return try ModelFolder.float(path)
  }

  static func float(_ path: String) throws -> FloatModel {
    let bytes = try LocalFile.read(path)
    return try importing(path) { () throws(Refusal) in try FloatModel(onnx: bytes) }
  }

  /// Names the file in a refusal of the importer, and says what an unsupported node would need.
  static func importing<T>(_ path: String, _ body: () throws(Refusal) -> T) throws -> T {
    do throws(Refusal) { return try body() } catch {
      var failure = Failure(error)
      failure.message = "\(path): \(failure.message)"
      failure.hint = ImportAdvice.text(for: error) ?? failure.hint
      throw failure
    }
  }

  private static func load(_ path: String, expecting id: ModelID?) throws -> Model {
    let bytes = try LocalFile.read(path)
    return try LocalFile.naming(path) { () throws(Refusal) in
      try Model.load(bytes, expecting: id)
    }
  }

  /// The digest that an id spells, as offers and receipts show it: `0x…`.
  private static func hex(_ id: String) -> String {
    (try? PrintedID.parse("model", id)).map { "\($0)" } ?? ""
  }

  private func find(_ word: String) throws -> ModelID {
    let lower = word.lowercased()
    let typed = lower.hasPrefix("model_") ? lower : "model_" + lower
    let found = try ids.filter { $0.hasPrefix(typed) || ModelFolder.hex($0).hasPrefix(lower) }
    guard let first = found.first else {
      let isMistyped = typed.utf8.count == 62 && (try? PrintedID.parse("model", typed)) == nil
      throw Failure(
        .usage, code: "noSuchModel",
        isMistyped ? "\(word) has a mistyped letter" : "no model \(word) was added here",
        hint: isMistyped ? "copy the id again" : "see 'tolsey model list'")
    }
    guard found.count == 1 else {
      throw Failure(
        .usage, code: "ambiguousModel", "\(word) may be \(found.joined(separator: " or "))",
        hint: "type more of it")
    }
    return try LocalFile.naming(first) { () throws(Refusal) in
      ModelID(try PrintedID.parse("model", first))
    }
  }
}
