// The doctor's looks, each on a case that is fine and on cases that are not.

import CKernels
import Foundation
import Glibc
import Node
import Primitives
import Testing

@testable import tolsey

@Suite struct DoctorTests {
  let folder = NSTemporaryDirectory() + "tolsey-doctor-" + UUID().uuidString

  func clock(_ last: UInt64, isStepped: Bool = false) -> Finding.State {
    Neighbour.clock(of: Time(last), isStepped: isStepped, now: Time(1_000_000)).state
  }

  @Test func spaceIsCounted() {
    #expect(Machine.space(100 << 30, at: "/").state == .ok)
    #expect(Machine.space(1 << 30, at: "/").state == .warn)
    #expect(Machine.space(1 << 20, at: "/").state == .fail)
  }

  @Test func aSlowFlushIsDoubtful() {
    #expect(Machine.flush(.milliseconds(3)) == .ok("flush", "a flush takes 3.0 ms"))
    #expect(Machine.flush(.milliseconds(250)).state == .warn)
  }

  @Test func aProcessorWithoutVectorsIsSlow() {
    #expect(Machine.processor(has: UInt32(TOLSEY_CPU_AVX2)).state == .ok)
    let plain = Machine.processor(has: 0)
    #expect(plain.state == .warn && plain.text.contains("none of the sets"))
  }

  @Test func aTakenPortIsSaid() async throws {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(socket, $0, size)
        _ = listen(socket, 1)
        _ = getsockname(socket, $0, &size)
      }
    }
    // It listens and never answers.
    let found = await Machine.port(Int(UInt16(bigEndian: place.sin_port)))
    #expect(found.state == .warn && found.text.contains("no node"))
  }

  @Test func aClockBehindTheNodeIsSeen() {
    #expect(clock(900_000) == .ok && clock(1_001_000) == .ok)
    #expect(clock(1_010_000) == .warn)
    #expect(clock(2_000_000) == .fail && clock(.max) == .fail)
    #expect(clock(2_000_000, isStepped: true) == .ok)
  }

  @Test func anotherVersionIsDoubtful() {
    #expect(Neighbour.version(Tolsey.version).state == .ok)
    #expect(Neighbour.version("0.0.1").state == .warn)
  }

  @Test func aHomeThatOthersCanChangeFails() {
    #expect(Home.home("/h", 0o700).state == .ok)
    #expect(Home.home("/h", 0o750).state == .warn)
    #expect(Home.home("/h", 0o770).state == .fail)
    #expect(Home.home("/h", 0o702).state == .fail)
  }

  @Test func aFolderThatIsNoNodesFails() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(DataFolder.findings(folder).map(\.state) == [.fail])
  }

  @Test func aNodesFolderIsLookedThrough() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var founding = Founding(time: Time(1_800_000_000_000))
    founding.seed = Array("doctor".utf8)
    founding.links = 1_024
    _ = try NodeFolder.found(founding, at: folder)
    // It was founded and never started.
    #expect(DataFolder.findings(folder).map(\.state) == [.ok, .fail, .fail])
    chmod(folder + "/operator.key", 0o640)
    let keys = DataFolder.findings(folder)[0]
    #expect(keys.state == .fail && keys.text.contains("operator.key"))
  }

  @Test func whatFailsIsNamedAndEndsWithOne() async throws {
    let recorder = Recorder()
    let status = await recorder.run(
      "doctor", "--node", "http://127.0.0.1:9", "--data", folder, "--json")
    #expect(status == .refused)
    let json = try JSONValue(parsing: recorder.out)
    #expect(json["errors"]?[0]?["code"] == "unsound")
    let checks = json["data"]?["checks"]?.array ?? []
    #expect(checks.contains { $0["name"] == "node" && $0["state"] == "fail" })
    #expect(checks.contains { $0["name"] == "data" && $0["state"] == "fail" })
    for check in checks where check["state"] != "ok" {
      #expect(check["hint"]?.string?.isEmpty == false)
    }
  }

  @Test func linesSayTheirStateInWords() {
    let findings: [Finding] = [
      .ok("port", "free"), .fail("disk", "full", hint: "make room"),
      .warn("a\u{1B}[2J", "x\u{202E}y", hint: "z"),
    ]
    let lines = findings.text(Paint(isOn: false)).split(separator: "\n")
    #expect(lines[0].hasPrefix("ok") && lines[1].hasPrefix("fail") && lines[3].hasPrefix("warn"))
    #expect(lines[2].trimmingCharacters(in: .whitespaces) == "make room")
    #expect(lines[3].hasSuffix("x y"))
  }

  @Test(
    arguments: [
      (0, "0 bytes"), (1_023, "1023 bytes"), (1_024, "1.0 KiB"), (1_536, "1.5 KiB"),
      (1_048_575, "1023.9 KiB"), (1_048_576, "1.0 MiB"), (UInt64(5) << 40, "5.0 TiB"),
    ] as [(UInt64, String)])
  func sizesAreRounded(count: UInt64, text: String) {
    #expect(ByteCount.text(count) == text)
  }
}
