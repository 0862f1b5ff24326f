// What a shell offers for a value: names of keys, ids of models, checks.

import ArgumentParser

enum CheckWords {
  /// The checks' own names, as lists are narrowed by.
  static let kinds = ["open", "replicated", "disputable"]
  /// What an order may say.
  static let all = ["open", "disputable", "replicated(3)", "replicated(5)", "replicated(7)"]
}

extension CompletionKind {
  /// The names of your keys. A folder that cannot be read offers none.
  static var keys: CompletionKind {
    .custom { _, _, _ in (try? KeysFolder().names) ?? [] }
  }

  /// The ids of the models that were added here.
  static var models: CompletionKind {
    .custom { _, _, _ in (try? ModelFolder().ids) ?? [] }
  }
}
