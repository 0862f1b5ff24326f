// Settings: what the file may say, which of four sources counts, and what `@last` stands for.

import Testing

@testable import tolsey

@Suite("Settings")
struct SettingsTests {
  static func settings(_ text: String) throws -> Settings { try Settings(text, path: "file") }

  @Test("comments, blanks and quoted strings are read")
  func reading() throws {
    let settings = try Self.settings(
      "# mine\n\n  node = \"http://127.0.0.1:9\"  # here\r\nkey=\"alice\"\n")
    #expect(settings.value(.node, environment: nil)?.value == "http://127.0.0.1:9")
    #expect(settings.value(.key, environment: nil)?.value == "alice")
  }

  @Test("a flag counts before the environment, that before the file, that before the usual")
  func precedence() throws {
    let settings = try Self.settings("node = \"file\"")
    func origin(_ flag: String?, _ environment: String?) -> Setting? {
      settings.value(.node, flag: flag, environment: environment, usual: "usual")
    }
    #expect(origin("flag", "environment") == Setting(name: "node", value: "flag", origin: .flag))
    #expect(origin(nil, "environment")?.origin == .environment)
    #expect(origin(nil, nil) == Setting(name: "node", value: "file", origin: .file))
    let empty = Settings()
    #expect(empty.value(.node, environment: nil, usual: "usual")?.origin == .usual)
    #expect(empty.value(.key, environment: nil) == nil)
  }

  @Test(
    "what is not understood is refused by its line",
    arguments: [
      "node", "node = http://x", "nod = \"x\"", "node = \"x", "node = \"\"", "[node]",
      "node = \"a\" b", "node = \"a\\n\"", "node = \"a\"\nnode = \"b\"", "node = 'a'",
    ])
  func refused(_ text: String) {
    #expect { _ = try Self.settings("# first\n" + text) } throws: { error in
      guard let failure = error as? Failure else { return false }
      return failure.code == "badSettings" && failure.message.contains("line ")
    }
  }

  @Test("@last stands for what the command is about")
  func last() throws {
    let known = [(noun: "run", name: "run_1"), (noun: "receipt", name: "/a b/r.receipt")]
    let words = try Last.replaced(in: ["run", "show", "@last", "--json"], by: known)
    #expect(words == ["run", "show", "run_1", "--json"])
    #expect(try Last.replaced(in: ["verify", "@last"], by: known)[1] == "/a b/r.receipt")
    #expect(throws: Failure.self) { try Last.replaced(in: ["order", "show", "@last"], by: known) }
    #expect(throws: Failure.self) { try Last.replaced(in: ["key", "show", "@last"], by: known) }
    #expect(try Last.replaced(in: ["verify", "other"]) == ["verify", "other"])
  }
}
