// `tolsey completions`: what a shell needs to complete commands, options and values.

import ArgumentParser
import Primitives

struct CompletionsCommand: ConsoleCommand {
  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish
  }

  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print the completion script of a shell.",
    discussion: """
      bash: tolsey completions bash > ~/.local/share/bash-completion/completions/tolsey \
      zsh: tolsey completions zsh > a folder of your fpath, as _tolsey \
      fish: tolsey completions fish > ~/.config/fish/completions/tolsey.fish
      """)
  static let schema = "completions/1"

  @Argument(help: "The shell.") var shell: Shell
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    let script = Tolsey.completionScript(for: kind)
    let data: JSONValue = ["shell": .string(shell.rawValue), "script": .string(script)]
    console.result(Self.schema, data) { _ in script }
  }
}
