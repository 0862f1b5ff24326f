// Files that a command names, and keys in files: what is read, written and refused.

import Foundation
import Primitives
import Testing

@testable import tolsey

@Suite struct LocalFileTests {
  /// A folder of its own for each test, which goes with it.
  final class Folder {
    let path: String

    init() throws {
      path = NSTemporaryDirectory() + "tolsey-test-" + UUID().uuidString
      try LocalFile.makeFolder(path, mode: 0o700)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, _ name: String, mode: UInt32 = 0o600) throws -> String {
      try LocalFile.write(Array(text.utf8), to: path + "/" + name, mode: mode)
      return path + "/" + name
    }
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let folder = try Folder()
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    try LocalFile.write(bytes, to: folder.path + "/a")
    #expect(try LocalFile.read(folder.path + "/a") == bytes)
    try LocalFile.write([1], to: folder.path + "/a")
    #expect(try LocalFile.read(folder.path + "/a") == [1])
    // The draft that it was written in is gone.
    #expect(try LocalFile.names(in: folder.path) == ["a"])
  }

  @Test func aFileThatMustNotBeReplacedIsNot() throws {
    let folder = try Folder()
    let path = try folder.write("old", "a")
    #expect(throws: Failure.self) {
      try LocalFile.write([1], to: path, replaces: false)
    }
    #expect(try LocalFile.read(path) == Array("old".utf8))
    #expect(try LocalFile.names(in: folder.path) == ["a"])
  }

  @Test func errorsSayWhichFile() throws {
    let folder = try Folder()
    let cases = [("/none", "noFile"), ("", "isFolder"), ("/none/below", "noFile")]
    for (name, code) in cases {
      let failure = #expect(throws: Failure.self) { try LocalFile.read(folder.path + name) }
      #expect(failure?.code == code)
      #expect(failure?.status == .usage)
      #expect(failure?.message.contains(folder.path + name) == true)
    }
    let path = try folder.write("12345", "a")
    let failure = #expect(throws: Failure.self) { try LocalFile.read(path, limit: 4) }
    #expect(failure?.code == "tooLarge")
    #expect(try LocalFile.read(path, limit: 5).count == 5)
  }

  @Test func aRefusalIsNamedAfterItsFile() throws {
    let folder = try Folder()
    let path = try folder.write("{", "a.json")
    let failure = #expect(throws: Failure.self) { try LocalFile.json(path) }
    #expect(failure?.code == "malformed")
    #expect(failure?.message.hasPrefix(path + ": ") == true)
  }

  @Test func keysAreReadInEveryForm() throws {
    let key = PrivateKey(seed: [7])
    let digits = "\(key.secret)"
    for text in [digits, String(digits.dropFirst(2)), digits + "\n", KeyFile(key).text] {
      #expect(try KeyFile(Array(text.utf8), path: "k").key.address == key.address)
    }
  }

  @Test func anotherFileIsNoKeyAndIsNotShown() {
    let texts = ["", "12", "0x" + String(repeating: "g", count: 64), "{}", "[1]"]
    for text in texts {
      let failure = #expect(throws: Failure.self) { try KeyFile(Array(text.utf8), path: "k") }
      #expect(failure?.code == "noKey")
    }
    let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
    let failure = #expect(throws: Failure.self) { try KeyFile(Array(order.utf8), path: "k") }
    #expect(failure?.code == "badKey")
    #expect(failure?.message.contains(order) == false)
  }

  @Test func aKeyThatOthersCanReadIsRefused() throws {
    let folder = try Folder()
    let text = KeyFile(PrivateKey(seed: [1])).text
    #expect(try KeyFile.open(try folder.write(text, "own")).key.address != .zero)
    for mode: UInt32 in [0o640, 0o604, 0o644, 0o620, 0o602] {
      let path = try folder.write(text, "exposed", mode: mode)
      let failure = #expect(throws: Failure.self) { try KeyFile.open(path) }
      #expect(failure?.code == "exposedKeyFile")
      #expect(failure?.status == .denied)
    }
  }

  @Test(arguments: ["", "a b", "../a", "a/b", "-a", "0x12", "ä", String(repeating: "a", count: 33)])
  func namesThatAreNoFileNamesAreRefused(name: String) {
    #expect(throws: Failure.self) { try KeysFolder.check(name) }
  }

  @Test func freshKeysDiffer() throws {
    #expect(try KeysFolder.fresh().address != KeysFolder.fresh().address)
  }
}
