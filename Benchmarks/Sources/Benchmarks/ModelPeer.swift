// The peer of the model benchmark: onnxruntime behind a Python that answers one question a line.

import Foundation

/// A running `peers/onnxruntime_peer.py`.
final class ModelPeer {
  /// What is measured: a model, the peer's form of it, threads and samples.
  struct Question: Encodable {
    var model: String
    var kind: String
    var threads: Int
    var batch: Int
    var seconds: Double
  }

  private let process = Process()
  private let questions = Pipe()
  private let answers = Pipe()
  private var unread = Data()

  init(script: String, python: String) throws {
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [script]
    // What counts our memory would slow the peer's.
    process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "LD_PRELOAD" }
    process.standardInput = questions
    process.standardOutput = answers
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    try? questions.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Microseconds of one call.
  func microseconds(_ question: Question) throws -> Double {
    var line = try JSONEncoder().encode(question)
    line.append(UInt8(ascii: "\n"))
    try questions.fileHandleForWriting.write(contentsOf: line)
    while !unread.contains(UInt8(ascii: "\n")) {
      let more = answers.fileHandleForReading.availableData
      guard !more.isEmpty else { throw BenchmarkFailure(description: "the peer ended") }
      unread += more
    }
    guard let end = unread.firstIndex(of: UInt8(ascii: "\n")),
      let time = Double(String(decoding: unread[..<end], as: UTF8.self))
    else { throw BenchmarkFailure(description: "the peer gave no number") }
    unread = Data(unread[unread.index(after: end)...])
    return time
  }
}
