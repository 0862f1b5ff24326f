// Imports an ONNX file as an integer model, runs it, and holds it against the float model.

import Foundation
import Models

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 3 else {
  fatalError("usage: ImportAModel MODEL.onnx CALIBRATION.npy SAMPLES.npy")
}
let files = try arguments.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
let (onnxBytes, calibrationBytes) = (files[0], files[1])
let samples = try NPY(files[2]).rows
let sample = samples[0]
let labels = Array(repeating: 0, count: samples.count)

// snippet.import
let model = try Model.importing(
  onnx: onnxBytes, calibration: NPY(calibrationBytes).rows)
print(model.id)  // model_…
print(model.manifest.report.agreement)  // millionths of the samples

let output = try model.run(sample)  // floats in
print(output.best, output.floats)

let bytes = try model.quantise(sample)  // what a run claims as its input
let values = try model.execute(bytes)  // what it claims as its output

let file = model.save()
let same = try Model.load(file, expecting: model.id)
// snippet.hide
print(values.count, same.id == model.id)

// snippet.judge
let float = try FloatModel(onnx: onnxBytes)
let report = try model.accuracy(
  on: samples, labels: labels, float: samples.map { try float.run($0) })
// snippet.hide
print(report)
