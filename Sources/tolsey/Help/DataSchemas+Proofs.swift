// The data of the commands about proofs.

extension DataSchemas {
  /// The levels that are built.
  private static let level = Shape.choice(["open", "succinct", "private"])

  static let proofs: [String: Shape] = [
    "proof.prepare/1": model,
    "proof.make/1": .object([
      "file": .text, "model": .text, "level": level, "samples": .count,
      "bytes": .count, "expires": .count, "salt": .orNull(.text),
      "left": .orNull(.count), "encodeMicroseconds": .count,
      "proveMicroseconds": .count,
    ]),
    "proof.verify/1": .object([
      "holds": .flag, "level": level, "model": .text, "nonce": .text, "expires": .count,
      "bits": .count, "inputs": .texts, "outputs": .texts,
      "opening": .orNull(
        .object(["root": .text, "epoch": .count, "index": .count, "budget": .count])),
      "registered": .orNull(.object(["bits": .count])),
    ]),
    "proof.register/1": .object([
      "file": .text, "hidden": .text, "bits": .count, "bytes": .count,
    ]),
    "proof.hide/1": .object([
      "model": .text, "hidden": .text, "folder": .text, "epoch": .count, "left": .count,
    ]),
    "proof.share/1": .object([
      "file": .text, "first": .count, "count": .count, "left": .count,
    ]),
    "proof.recommit/1": .object([
      "file": .text, "hidden": .text, "epoch": .count, "root": .text, "bytes": .count,
      "left": .count,
    ]),
    "proof.show/1": .object([
      "kind": .text, "model": .text, "level": level, "samples": .count, "bits": .count,
      "parts": .open(["columns": .count]), "errors": .open(["queries": .text]),
    ]),
  ]
}
