// The files of libsecp256k1 in this tree are those of the release that they claim to be.

import Foundation
import Primitives
import Testing

@Suite struct UpstreamTests {
  private let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/CSecp256k1/upstream")

  private func sums() throws -> [String: String] {
    let text = try String(contentsOf: folder.appending(path: "SHA256SUMS"), encoding: .utf8)
    return text.split(separator: "\n").reduce(into: [:]) { sums, line in
      let parts = line.split(separator: " ")
      if parts.count == 2 { sums[String(parts[1])] = "0x" + parts[0] }
    }
  }

  @Test func eachFileHasItsSum() throws {
    let sums = try sums()
    #expect(sums.count == 48)
    for (path, sum) in sums {
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: path)))
      #expect("\(SHA256.hash(bytes))" == sum, "\(path)")
    }
  }

  @Test func noFileIsWithoutOne() throws {
    let sums = try sums()
    let all = FileManager.default.enumerator(atPath: folder.path)
    var count = 0
    while let path = all?.nextObject() as? String {
      var isFolder: ObjCBool = false
      let file = folder.appending(path: path).path
      _ = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
      guard !isFolder.boolValue, path != "SHA256SUMS" else { continue }
      #expect(sums[path] != nil, "\(path)")
      count += 1
    }
    #expect(count == sums.count)
  }
}
