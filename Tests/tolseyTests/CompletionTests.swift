// Completion scripts: there for each shell, valid where the shell is there, with values.

import Foundation
import Testing

@testable import tolsey

@Suite struct CompletionTests {
  @Test(arguments: ["bash", "zsh", "fish"])
  func everyShellGetsAValidScript(shell: String) async throws {
    let recorder = Recorder()
    #expect(await recorder.run("completions", shell) == .done)
    #expect(recorder.out.contains("tolsey") && recorder.out.contains("doctor"))
    #expect(recorder.out.contains("disputable"))
    #expect(recorder.out.utf8.count > 10_000)
    let path = "/usr/bin/" + shell
    guard FileManager.default.isExecutableFile(atPath: path) else { return }
    let script = NSTemporaryDirectory() + "tolsey-completions-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: script) }
    try LocalFile.write(Array(recorder.out.utf8), to: script)
    let check = Process()
    check.executableURL = URL(fileURLWithPath: path)
    check.arguments = ["-n", script]
    try check.run()
    check.waitUntilExit()
    #expect(check.terminationStatus == 0)
  }

  @Test func anotherShellIsUsage() async {
    let recorder = Recorder()
    #expect(await recorder.run("completions", "tcsh") == .usage)
    #expect(recorder.out == "")
  }
}
