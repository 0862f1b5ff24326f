// From what was thrown to words and exit codes, and from a command line to either.

import Primitives
import Testing

@testable import tolsey

@Suite struct FailureTests {
  @Test func theExitCodesAreTheOnesPromised() {
    let codes: [tolsey.ExitStatus: Int32] = [
      .done: 0, .refused: 1, .usage: 64, .unverified: 65, .unreachable: 69, .fault: 70,
      .tryAgain: 75, .denied: 77, .interrupted: 130,
    ]
    #expect(codes.count == ExitStatus.allCases.count)
    for (status, code) in codes { #expect(status.rawValue == code) }
  }

  @Test func aRefusalKeepsItsCodeAndNumbers() {
    let failure = Failure(Refusal("insufficient", [Number("has", 3), Number("needs", 7)]))
    #expect(failure.status == .refused)
    #expect(failure.code == "insufficient")
    #expect(failure.message.contains("3") && failure.message.contains("7"))
  }

  @Test func aFailurePassesUnchanged() {
    let failure = Failure(.tryAgain, "the block is full", hint: "wait for the next")
    #expect(Failure(failure as any Error) == failure)
    #expect(failure.code == "tryAgain")
  }

  @Test(arguments: [
    ("Error: Missing argument.", "missing argument"), ("SHA of it", "SHA of it"),
    ("Two\nlines", "two"), ("", "unknown error"), ("a. b.", "a. b"),
  ])
  func errorsAreLowerCaseWithoutAStop(text: String, plain: String) {
    #expect(Failure.plain(text) == plain)
  }

  @Test(arguments: [
    (["--json", "a", "b"], ["a", "b", "--json"]), (["a", "--json"], ["a", "--json"]),
    (["-q", "--json", "a", "--", "--x"], ["a", "-q", "--json", "--", "--x"]), ([], []),
    (["--json"], ["--json"]),
  ])
  func globalOptionsMayComeFirst(words: [String], moved: [String]) {
    #expect(Tolsey.globalOptionsLast(words) == moved)
  }

  @Test func commandsAnswer() async {
    let recorder = Recorder()
    #expect(await recorder.run("version") == .done)
    #expect(recorder.out == "tolsey \(Tolsey.version)\n")
    #expect(recorder.err == "")
  }

  @Test func helpIsAnAnswer() async {
    for words in [["--help"], ["version", "--help"], [], ["help", "version"]] {
      let recorder = Recorder()
      let status = await Tolsey.run(
        words, out: recorder.console().out, err: recorder.console().err)
      #expect(status == .done)
      #expect(recorder.out.contains("USAGE: tolsey"))
      #expect(recorder.err == "")
    }
  }

  @Test func mistakesOnTheCommandLineAreUsage() async {
    let person = Recorder()
    #expect(await person.run("vrsion") == .usage)
    #expect(person.out == "")
    #expect(person.err.hasPrefix("tolsey: error: "))
    #expect(person.err.contains("\ntolsey: hint: "))

    let script = Recorder()
    #expect(await script.run("version", "--jsn", "--json") == .usage)
    #expect(script.err == "")
    #expect(script.out.contains("\"ok\":false"))
    #expect(script.out.contains("--jsn"))
  }

  /// After `--` a word is a value, even if it looks like an option.
  @Test func theTerminatorIsHonoured() async {
    let recorder = Recorder()
    #expect(await recorder.run("version", "--", "--json") == .usage)
    #expect(recorder.out == "")
  }
}
