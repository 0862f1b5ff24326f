// The manifest is canonical, strict, and its hash is the model.

import Primitives
import Testing

@testable import Graphs

@Suite struct ManifestTests {
  static func sample() throws -> (Manifest, [LayerWeights]) {
    var window = Window(height: 2, width: 2)
    window.left = 1
    let nodes = [
      Node(.convolution(Convolution(outputs: 2, window: window, biasBound: 3)), [0]),
      Node(.requantise(Requantise(multipliers: [9, 8], shift: 32, element: .uint8)), [1]),
      Node(.maxPool(MaxPool(window: Window(height: 1, width: 2))), [2]),
      Node(.add(ResidualAdd(left: 1, right: 2, shift: 24, element: .int8)), [3, 3]),
      Node(.reshape(Reshape(dims: [12])), [4]),
      Node(.linear(Linear(outputs: 2, biasBound: 1)), [5]),
    ]
    let input = TensorType(.int8, try Shape([1, 4, 3]))
    let graph = try Graph(input: input, nodes: nodes)
    let weights = [
      LayerWeights(matrix: [1, 2, 3, 4, 5, 6, 7, 8], bias: [3, -2]),
      LayerWeights(matrix: (0..<24).map { Int8($0) - 6 }, bias: [-1, 0]),
    ]
    let manifest = Manifest(
      graph: graph, inputScale: Scale(),
      outputScale: try Scale(mantissa: 3 << 29, exponent: 40), readout: .softmax,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: weights, of: graph)])
    return (manifest, weights)
  }

  @Test func bytesGoBothWays() throws {
    let (manifest, _) = try Self.sample()
    let bytes = manifest.encoded
    let back = try Manifest(decoding: bytes)
    #expect(back == manifest)
    #expect(back.encoded == bytes)
    #expect(back.id == manifest.id)
    #expect(try back.graph() == manifest.graph())
    #expect(manifest.id.digest == SHA256.hash(bytes))
    #expect(manifest.id.description.hasPrefix("model_"))
  }

  /// Changing this number changes the id of every model that exists.
  @Test func theIdStaysWhatItIs() throws {
    let (manifest, _) = try Self.sample()
    #expect(manifest.id.short == "model_fe4spwcvb7")
  }

  @Test func everyByteCounts() throws {
    let (manifest, _) = try Self.sample()
    let bytes = manifest.encoded
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      // Either it is refused, or it is another model.
      if let other = try? Manifest(decoding: changed) {
        #expect(other.id != manifest.id)
        #expect(other.encoded == changed)
      }
      #expect((try? Manifest(decoding: Array(bytes[..<index]))) == nil)
    }
    #expect((try? Manifest(decoding: bytes + [0])) == nil)
  }

  private func code(_ change: (inout Manifest) -> Void) throws -> String? {
    var (manifest, _) = try Self.sample()
    change(&manifest)
    do throws(Refusal) {
      _ = try manifest.graph()
      return nil
    } catch {
      return error.code
    }
  }

  /// Each commitment is compared with those before it, so many would take long.
  @Test func tooManyCommitments() throws {
    func many(_ count: Int) -> [WeightCommitment] {
      (0..<count).map { WeightCommitment(scheme: "s\($0)", parameters: [], root: .zero) }
    }
    #expect(try code { $0.commitments = many(16) } == nil)
    #expect(try code { $0.commitments = many(17) } == "tooManyCommitments")
    #expect(try code { $0.commitments = many(100_000) } == "tooManyCommitments")
  }

  @Test func whatIsUnknownIsRefused() throws {
    #expect(try code { _ in } == nil)
    #expect(try code { $0.format = 2 } == "unknownFormat")
    #expect(try code { $0.profile = "f32" } == "unknownProfile")
    #expect(try code { $0.inputScale.mantissa = 1 } == "badScale")
    #expect(try code { $0.outputScale.mantissa = 1 << 31 } == "badScale")
    #expect(try code { $0.commitments = [] } == "noCommitment")
    #expect(try code { $0.commitments += $0.commitments } == "repeatedScheme")
    #expect(try code { $0.report.labelled = 1 } == "badReport")
    #expect(try code { $0.report.agreement = 1_000_001 } == "badReport")
    #expect(try code { $0.inputShape = [.max] } == "tensorTooLarge")
    #expect(try code { $0.inputElement = .int32 } == "wrongElement")
    #expect(try code { $0.nodes[0].kind = 7 } == "badNode")
    #expect(try code { $0.nodes[0].numbers.append(0) } == "badNode")
    #expect(try code { $0.nodes[0].multipliers = [1] } == "badNode")
    #expect(try code { $0.nodes[0].numbers[0] = 1 << 32 } == "numberTooLarge")
    #expect(try code { $0.nodes[1].numbers[0] = 256 } == "badNode")
    #expect(try code { $0.nodes[1].numbers[0] = 16 } == "badShift")
    #expect(try code { $0.nodes[1].numbers[1] = 2 } == "wrongElement")
    #expect(try code { $0.nodes[1].multipliers[0] = 1 << 31 } == "badMultiplier")
    #expect(try code { $0.nodes[3].multipliers = [1] } == "badNode")
    #expect(try code { $0.nodes[4].inputs = [9] } == "readsLaterTensor")
    #expect(try code { $0.nodes[4].numbers = [.max] } == "numberTooLarge")
  }

  /// Whatever lists a record has, it is read or refused. A pad of an even count was a trap.
  @Test func recordsOfAnyLengthAreReadOrRefused() throws {
    let pad = try code {
      $0.nodes[0].kind = 11
      $0.nodes[0].numbers = [1, 1, 1, 1]
    }
    #expect(pad == "badNode")
    var refused = 0
    for kind in UInt8(0)...20 {
      for count in 0...13 {
        for value in [UInt64(0), 1, 3, 1 << 31, .max] {
          for multipliers in [0, 1, 2, 3, 256] {
            let code = try code {
              $0.nodes[0].kind = kind
              $0.nodes[0].numbers = [UInt64](repeating: value, count: count)
              $0.nodes[0].multipliers = [UInt64](repeating: value, count: multipliers)
            }
            if code != nil { refused += 1 }
          }
        }
      }
    }
    #expect(refused > 7_000)
  }
}
