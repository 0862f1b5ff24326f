// The `tolsey` that was built beside these tests, started, killed without a warning, started again.

import Foundation
import NetworkRoom
import Primitives
import Synchronization

/// One life of a node as a process of its own.
final class KillProgram: Sendable {
  /// What its first line says.
  struct Ready: Sendable {
    var address: NodeAddress
    var keys: [PrivateKey]
    var height: UInt64
  }

  private let process: Process
  let ready: Ready

  /// The program in the folder of the running tests, whatever the build path.
  static func path() throws -> String {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
    let program = folder.appendingPathComponent("tolsey").path
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw KillFailure("no tolsey was built beside \(tests)")
    }
    return program
  }

  /// Starts a node on a folder and waits until it says that it answers.
  init(folder: String, port: Int = 0, accounts: Int) async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try KillProgram.path())
    process.arguments = [
      "up", "--data", folder, "--port", "\(port)", "--accounts", "\(accounts)", "--json",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.standardError
    process.standardInput = FileHandle.nullDevice
    try process.run()
    self.process = process
    do {
      ready = try KillProgram.read(try await KillProgram.firstLine(of: pipe, within: 600))
    } catch {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      throw error
    }
  }

  /// SIGKILL: the process gets no chance to finish anything.
  func murder() {
    strike()
    process.waitUntilExit()
  }

  /// The same, for who must not wait: the node is to die within what it is doing now.
  func strike() {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  deinit { if process.isRunning { murder() } }

  private static func firstLine(of pipe: Pipe, within seconds: Int) async throws -> [UInt8] {
    let line = Mutex<[UInt8]>([])
    let (lines, writer) = AsyncStream.makeStream(of: [UInt8]?.self)
    pipe.fileHandleForReading.readabilityHandler = { handle in
      let data = handle.availableData
      let whole: [UInt8]? = line.withLock { line in
        line += data
        return line.firstIndex(of: 0x0a).map { Array(line[..<$0]) }
      }
      if whole != nil || data.isEmpty {
        handle.readabilityHandler = nil
        writer.yield(whole)
        writer.finish()
      }
    }
    let limit = Task {
      try await Task.sleep(for: .seconds(seconds))
      writer.yield(nil)
      writer.finish()
    }
    defer { limit.cancel() }
    for await whole in lines {
      if let whole { return whole }
    }
    pipe.fileHandleForReading.readabilityHandler = nil
    throw KillFailure("tolsey up did not say that it is ready")
  }

  private static func read(_ line: [UInt8]) throws -> Ready {
    let data = try JSONValue(parsing: line)["data"]
    let keys = try (data?["accounts"]?.array ?? []).map { entry in
      guard let secret = entry["key"]?.string.flatMap(Bytes32.init(hex:)) else {
        throw KillFailure("an account has no key")
      }
      return try PrivateKey(secret)
    }
    guard let address = data?["url"]?.string.flatMap({ NodeAddress($0) }),
      let height = data?["height"]?.uint64
    else {
      throw KillFailure("its first line has no url: \(String(decoding: line, as: UTF8.self))")
    }
    return Ready(address: address, keys: keys, height: height)
  }
}

struct KillFailure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
