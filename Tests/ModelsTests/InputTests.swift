// Inputs on their way in: quantisation by the letter, `.npy` and JSON files strictly.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct InputTests {
  private func model() throws -> Model {
    // The greatest magnitude is 127 · 2^-6, so that one step is exactly 1/64.
    try Model.importing(
      onnx: ONNXWriter.small.bytes, calibration: [[1.984375, 0, 0, -1]])
  }

  @Test func quantisationRoundsHalfUp() throws {
    let model = try model()
    #expect(model.manifest.inputScale.value == 1.0 / 64)
    let half: Float = 1.0 / 128
    let bytes = try model.quantise([half, -half, 3 * half, -3 * half])
    #expect(bytes.map { Int8(bitPattern: $0) } == [1, 0, 2, -1])
    let ends = try model.quantise([100, -100, 3e38, -2.0])
    #expect(ends.map { Int8(bitPattern: $0) } == [127, -128, 127, -128])
    let small = try model.quantise([half.nextDown, (-half).nextDown, -0.0, .leastNonzeroMagnitude])
    #expect(small.map { Int8(bitPattern: $0) } == [0, -1, 0, 0])
  }

  /// Many inputs at once are each what one alone is, by the definition in plain steps.
  @Test func manyInputsAreQuantisedAsOne() throws {
    let model = try model()
    var draw = Draw(seed: 3)
    let floats = (0..<4 * 33).map { _ in Float(draw.signed(1 << 20)) / 300_000 }
    var bytes = [UInt8](repeating: 0, count: floats.count)
    var span = bytes.mutableSpan
    try model.quantise(floats.span, count: 33, into: &span)
    let wanted = floats.map { (value: Float) -> UInt8 in
      let rounded = (Double(value) * 64 + 0.5).rounded(.down)
      return UInt8(truncatingIfNeeded: Int(max(-128, min(127, rounded))))
    }
    #expect(bytes == wanted)
    #expect(try model.quantise(Array(floats[4..<8])) == Array(wanted[4..<8]))
  }

  @Test func badBatchesAreRefused() throws {
    let model = try model()
    func refusal(_ floats: [Float], _ count: Int, room: Int = 8) -> Refusal? {
      var bytes = [UInt8](repeating: 0, count: room)
      do throws(Refusal) {
        var span = bytes.mutableSpan
        try model.quantise(floats.span, count: count, into: &span)
        return nil
      } catch { return error }
    }
    let fine = [Float](repeating: 0, count: 8)
    #expect(refusal(fine, 2) == nil)
    #expect(refusal(fine, 1) == .wrongLength(got: 8, wanted: 4))
    #expect(refusal(fine, 0) == .wrongLength(got: 8, wanted: 4))
    #expect(refusal(fine, 2, room: 7) == .wrongLength(got: 7, wanted: 8))
    for bad in [Float.nan, .infinity, -.infinity] {
      #expect(refusal([0, 0, 0, 0, 0, bad, 0, 0], 2) == .notFinite(at: 1))
    }
  }

  @Test func badInputsAreRefused() throws {
    let model = try model()
    for bad in [Float.nan, .infinity, -.infinity] {
      #expect(throws: Refusal("notFinite", ["index": 2])) { try model.run([0, 0, bad, 0]) }
    }
    #expect(throws: Refusal("wrongLength", ["got": 3, "wanted": 4])) {
      try model.run([0, 0, 0])
    }
    #expect(throws: Refusal("wrongLength", ["got": 5, "wanted": 4])) {
      try model.execute([0, 0, 0, 0, 0])
    }
    #expect(throws: Refusal("wrongLength", ["got": 0, "wanted": 4])) {
      try model.execute([], count: 0)
    }
    #expect(throws: Refusal("wrongLength", ["got": 4, "wanted": 4])) {
      try model.execute([0, 0, 0, 0], count: -1)
    }
  }

  @Test func outputsAreLittleEndian() throws {
    let output = Output(values: [1, -2, 258, 258], scale: 0.5, readout: .plain)
    #expect(output.bytes == [1, 0, 0, 0, 254, 255, 255, 255, 2, 1, 0, 0, 2, 1, 0, 0])
    #expect(output.best == 2)
    #expect(output.floats == [0.5, -1, 129, 129])
    #expect(output.probabilities == nil)
  }

  @Test func scalesAreExact() throws {
    for number in [1, 0.5, 1.0 / 3, 1e-30, 1e9, 2147483647, 0.1.nextUp, 1.9999999999999998] {
      let scale = try Scale(nearest: number)
      #expect(abs(scale.value / number - 1) <= 1.0 / Double(1 << 31))
      #expect(try Scale(nearest: scale.value) == scale)
    }
    for bad in [0, -1, .nan, .infinity, 1e-300, 1e300] {
      #expect(throws: Refusal.self) { try Scale(nearest: bad) }
    }
  }

  private func json(_ text: String) -> String {
    do throws(Refusal) {
      return "\(try InputJSON.read(Array(text.utf8)))"
    } catch {
      return error.code
    }
  }

  @Test func inputFiles() {
    #expect(json(#"{"input_data": [[0.5, -1e2, 3]]}"#) == "[[0.5, -100.0, 3.0]]")
    #expect(json(" {\n\"input_data\" :[ [ 1 ] ,[2] ] } ") == "[[1.0], [2.0]]")
    for bad in [
      "", "{}", "[1]", #"{"input_data": [1]}"#, #"{"input_data": [[1}"#,
      #"{"input_data": [[NaN]]}"#, #"{"input_data": [[Infinity]]}"#,
      #"{"input_data": [[01]]}"#, #"{"input_data": [[1.]]}"#, #"{"input_data": [[.5]]}"#,
      #"{"input_data": [[1,]]}"#, #"{"input_data": [[+1]]}"#, #"{"input_data": [[0x1]]}"#,
      #"{"input_data": [[1]]} x"#, #"{"input_data": [[1]], "more": 1}"#,
      #"{"input_data": [["1"]]}"#, #"{"input_data": [[[1]]]}"#,
    ] {
      #expect(json(bad) == "malformedInput", "\(bad)")
    }
    #expect(json(#"{"input_data": [[1e999]]}"#) == "notFinite")
    let deep = String(repeating: "[", count: 100_000)
    #expect(json("{\"input_data\": \(deep)") == "malformedInput")
  }

  private func npy(_ header: String, _ body: [UInt8]) -> [UInt8] {
    let text = Array(header.utf8) + [0x0a]
    return [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, UInt8(text.count), 0] + text + body
  }

  private func code(_ bytes: [UInt8]) -> String? {
    do throws(Refusal) {
      _ = try NPY(bytes)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func arrays() throws {
    let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }  "
    let array = try NPY(npy(good, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]))
    #expect(array.dims == [2, 1])
    #expect(array.rows == [[1], [-2]])
    let bytes = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }"
    #expect(try NPY(npy(bytes, [7, 8, 9])).labels() == [7, 8, 9])
    let wide = "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }"
    #expect(try NPY(npy(wide, [5, 0, 0, 0, 0, 0, 0, 0])).labels() == [5])
    #expect(throws: Refusal.self) {
      try NPY(npy(wide, [UInt8](repeating: 255, count: 8))).labels()
    }
  }

  @Test func hostileArrays() {
    let header = { (type: String, order: String, shape: String) in
      "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
    }
    #expect(code(npy(header("|u1", "False", "(2,)"), [0])) == "wrongLength")
    #expect(code(npy(header("|u1", "False", "(2,)"), [0, 0, 0])) == "wrongLength")
    #expect(code(npy(header("|u1", "True", "(1,)"), [0])) == "unsupportedNpyOrder")
    for type in ["<f8", ">f4", "|O", "|S9"] {
      #expect(code(npy(header(type, "False", "(1,)"), [0])) == "unsupportedNpyType")
    }
    for shape in ["(99999999999,)", "(-1,)", "(1 1,)", "(a,)", "(1", "(٣,)"] {
      #expect(code(npy(header("|u1", "False", shape), [0])) == "malformedNpy", "\(shape)")
    }
    #expect(code(npy(header("|u1", "False", "(4000000000, 4000000000)"), [0])) == "malformedNpy")
    #expect(code(npy(header("<f4", "False", "(1,)"), [0, 0, 0xc0, 0x7f])) == "notFinite")
    #expect(code([]) == "malformedNpy")
    let whole = npy(header("|u1", "False", "(3,)"), [1, 2, 3])
    for end in whole.indices { #expect(code(Array(whole[..<end])) != nil) }
  }
}
