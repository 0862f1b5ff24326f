// Model files are canonical and cannot be passed off as another model.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct ModelFileTests {
  private func model(_ change: (inout ONNXWriter) -> Void = { _ in }) throws -> Model {
    var writer = ONNXWriter.small
    change(&writer)
    return try Model.importing(onnx: writer.bytes, calibration: [[1, -1, 0.5, 0.25]])
  }

  @Test func bytesGoBothWays() throws {
    let model = try model()
    let bytes = model.save()
    let back = try Model.load(bytes, expecting: model.id)
    #expect(back.save() == bytes)
    #expect(back.id == model.id)
    #expect(try back.run([1, 0, 0, 1]) == model.run([1, 0, 0, 1]))
    #expect(try self.model().save() == bytes)
  }

  @Test func noChangeGoesUnseen() throws {
    let model = try model()
    let bytes = model.save()
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      #expect((try? Model.load(changed, expecting: model.id)) == nil, "byte \(index)")
      #expect((try? Model.load(Array(bytes[..<index]))) == nil)
    }
    #expect((try? Model.load(bytes + [0])) == nil)
  }

  /// A provider who keeps the manifest and swaps the weights is found out.
  @Test func otherWeightsAreRefused() throws {
    let model = try model()
    var weights = model.weights
    weights[0].matrix[0] -= 1
    #expect(throws: Refusal("wrongWeights")) { try Model(model.manifest, weights) }
    var manifest = model.manifest
    manifest.commitments[0].root = Bytes32(words: 1, 2, 3, 4)
    #expect(throws: Refusal("wrongWeights")) { try Model(manifest, model.weights) }
    manifest = model.manifest
    manifest.commitments[0].parameters[1].value += 1
    #expect(throws: Refusal("wrongWeights")) { try Model(manifest, model.weights) }
  }

  /// A proof system adds its own commitment; the tiles are still checked.
  @Test func moreCommitmentsMayStandBeside() throws {
    let model = try model()
    var manifest = model.manifest
    manifest.commitments.append(
      WeightCommitment(scheme: "other/1", parameters: [], root: .zero))
    #expect(try Model(manifest, model.weights).id != model.id)
    manifest.commitments.removeFirst()
    #expect(throws: Refusal("wrongWeights")) { try Model(manifest, model.weights) }
  }

  @Test func anotherModelHasAnotherId() throws {
    let one = try model()
    let two = try model { $0.constants[1] = ONNXWriter.tensor("b", [2], [0.5, -0.25]) }
    #expect(one.id != two.id)
    #expect(throws: Refusal("wrongModel")) { try Model.load(two.save(), expecting: one.id) }
  }

  /// The report is part of the id: nobody can praise a model afterwards.
  @Test func theReportIsPartOfTheId() throws {
    let model = try model()
    var manifest = model.manifest
    manifest.report.agreement = 999_999
    #expect(manifest.id != model.id)
  }
}
