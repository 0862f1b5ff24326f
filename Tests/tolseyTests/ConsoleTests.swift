// What every command has in common: channels, the envelope, errors, exit codes, colours.

import Primitives
import Testing

@testable import tolsey

@Suite struct ConsoleTests {
  @Test func resultsGoToStdoutAndProseToStderr() {
    let recorder = Recorder()
    let console = recorder.console()
    console.note("looking")
    console.warn("old")
    console.result("test/1", ["n": 1]) { _ in "one" }
    #expect(recorder.out == "one\n")
    #expect(recorder.err == "looking\ntolsey: warning: old\n")
  }

  @Test func quietHidesProseButNoWarning() {
    let recorder = Recorder()
    let console = recorder.console(quiet: true)
    console.note("looking")
    console.warn("old")
    #expect(recorder.err == "tolsey: warning: old\n")
  }

  /// Who reads events need not wait for the next one to learn what went wrong.
  @Test func troubleIsAnEventAtOnce() {
    let recorder = Recorder()
    recorder.console(json: true).trouble("test/1", "no answer")
    #expect(recorder.out.contains(#""data":{"event":"trouble","why":"no answer"}"#))
    let plain = Recorder()
    plain.console().trouble("test/1", "no answer")
    #expect(plain.out.isEmpty && plain.err == "tolsey: warning: no answer\n")
  }

  @Test func theEnvelopeCarriesEverything() {
    let recorder = Recorder()
    let console = recorder.console(json: true)
    console.note("looking")
    console.warn("old")
    console.result("test/1", ["n": 1, "a": ["x", true, .null]]) { _ in "one" }
    console.event("test/1", ["n": 2]) { _ in "two" }
    #expect(recorder.err == "")
    #expect(
      recorder.out == """
        {"schema":"test/1","ok":true,"data":{"n":1,"a":["x",true,null]},"errors":[],\
        "warnings":["old"]}
        {"schema":"test/1","ok":true,"data":{"n":2},"errors":[],"warnings":[]}

        """)
  }

  @Test func failuresSpeakOnTheRightChannel() {
    let failure = Failure(
      .unverified, code: "badProof", "the proof is for another leaf", hint: "ask again",
      data: ["leaf": 3])
    let person = Recorder()
    person.console().fail(failure, schema: "receipt.verify/1")
    #expect(person.out == "")
    #expect(
      person.err
        == "tolsey: error: the proof is for another leaf\ntolsey: hint: ask again\n")

    let script = Recorder()
    script.console(json: true).fail(failure, schema: "receipt.verify/1")
    #expect(script.err == "")
    #expect(
      script.out == """
        {"schema":"receipt.verify/1","ok":false,"data":{"leaf":3},"errors":[{"code":"badProof",\
        "message":"the proof is for another leaf","hint":"ask again"}],"warnings":[]}

        """)
  }

  @Test func coloursNeverCarryTheMeaningAlone() {
    let plain = Recorder()
    let coloured = Recorder()
    let failure = Failure(.refused, "no", hint: "yes")
    plain.console().fail(failure, schema: "test/1")
    coloured.console(isTerminal: true).fail(failure, schema: "test/1")
    #expect(coloured.err != plain.err)
    let stripped = ["\u{1B}[31m", "\u{1B}[36m", "\u{1B}[0m"].reduce(coloured.err) {
      $0.replacing($1, with: "")
    }
    #expect(stripped == plain.err)
  }

  @Test(arguments: [
    (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false),
    (true, ["NO_COLOR": ""], true), (false, ["FORCE_COLOR": "1"], true),
    (true, ["FORCE_COLOR": "0"], false), (true, ["TERM": "dumb"], false),
    (true, ["NO_COLOR": "1", "FORCE_COLOR": "1"], false),
  ])
  func honoursTheWishesAboutColour(isTerminal: Bool, set: [String: String], isOn: Bool) {
    #expect(Paint(isTerminal: isTerminal) { set[$0] }.isOn == isOn)
  }

  @Test func whatOthersWroteForgesNothing() {
    let recorder = Recorder()
    let name = "bob\r\u{1B}[2Ktolsey: \u{202E}ko\ntolsey: error: all is well"
    recorder.console().fail(Failure(.refused, "no agent \(name)"), schema: "test/1")
    #expect(recorder.err.filter { $0 == "\n" }.count == 1)
    for scalar in ["\u{1B}", "\r", "\u{202E}"] { #expect(!recorder.err.contains(scalar)) }
  }

  @Test func theBarSaysHowFar() {
    #expect(
      ProgressBar.line("proving", done: 3, total: 10)
        == "proving [######··············]  30% 3/10")
    #expect(
      ProgressBar.line("x", done: .max, total: .max).contains("[####################] 100%"))
    #expect(ProgressBar.line("x", done: 9, total: 3).contains("100% 3/3"))
    #expect(ProgressBar.line("reading", done: 7, total: nil) == "reading 7")
  }

  /// Of parts whose number comes with them, whatever it is.
  @Test func partsOfABar() {
    #expect((0...3).map { ProgressBar.part($0, of: 3, total: 100) } == [0, 33, 66, 100])
    #expect(ProgressBar.part(9, of: 3, total: 100) == 100)
    #expect(ProgressBar.part(-1, of: 0, total: 100) == 0)
    #expect(ProgressBar.part(.max, of: .max, total: .max) == .max)
  }

  @Test func shortWorkShowsNoBar() async {
    let recorder = Recorder()
    let sum = await recorder.console(isTerminal: true).progress("adding", total: 2) { bar in
      bar.advance()
      bar.advance()
      return 2
    }
    #expect(sum == 2)
    #expect(recorder.err == "")
  }
}
