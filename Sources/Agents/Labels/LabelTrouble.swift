// Why a file of items or answers, or a labelling job, cannot be used: a code, words, what to do.

import Primitives

/// An error for people and programs, whoever wrote the file. It quotes nothing that the file says
/// except names, which `LabelName` has let pass.
public struct LabelTrouble: Error, Hashable, Sendable {
  /// Stable and camel-cased.
  public var code: String
  public var message: String
  public var hint: String
  /// The line of the file, from 1; 0 where it is about the whole.
  public var line: Int

  public init(_ code: String, _ message: String, hint: String, line: Int = 0) {
    self.code = code
    self.message = line > 0 ? "line \(line): \(message)" : message
    self.hint = hint
    self.line = line
  }
}

// MARK: - Files

extension LabelTrouble {
  static func tooLarge(_ bytes: Int, limit: Int) -> LabelTrouble {
    LabelTrouble(
      "tooLarge", "the file has \(bytes) bytes, the most is \(limit)",
      hint: "split it, and order the parts one after the other")
  }

  static func notUTF8(at offset: Int) -> LabelTrouble {
    LabelTrouble(
      "notUTF8", "byte \(offset) is not UTF-8", hint: "save the file as UTF-8 text")
  }

  static func nul(line: Int) -> LabelTrouble {
    LabelTrouble(
      "nul", "there is a NUL", hint: "put bytes into a column 'data' as base64", line: line)
  }

  static func unclosedQuote(line: Int) -> LabelTrouble {
    LabelTrouble(
      "unclosedQuote", "a quote is opened and never closed",
      hint: "close it, and double each quote within a quoted cell", line: line)
  }

  static func strayQuote(line: Int) -> LabelTrouble {
    LabelTrouble(
      "strayQuote", "a quote stands where none may stand",
      hint: "quote the whole cell, and double each quote in it", line: line)
  }

  static func strayReturn(line: Int) -> LabelTrouble {
    LabelTrouble(
      "strayReturn", "a carriage return stands alone",
      hint: "end lines with LF or CRLF", line: line)
  }

  static func ragged(_ cells: Int, columns: Int, line: Int) -> LabelTrouble {
    LabelTrouble(
      "ragged", "\(cells) cells where the heading names \(columns) columns",
      hint: "quote cells that hold commas or line breaks", line: line)
  }

  static func empty() -> LabelTrouble {
    LabelTrouble(
      "noItems", "the file holds no items", hint: "write a heading such as id,text and a line each")
  }

  static func tooMany(_ what: String, _ count: Int, limit: Int) -> LabelTrouble {
    LabelTrouble(
      "tooMany", "\(count) \(what), the most is \(limit)", hint: "split the file")
  }

  static func noColumn(_ names: String) -> LabelTrouble {
    LabelTrouble(
      "noColumn", "the heading names no column \(names)",
      hint: "the first line names the columns: id, and text or data; in a gold file also label")
  }

  static func twoColumns(_ name: String) -> LabelTrouble {
    LabelTrouble(
      "twoColumns", "the heading names \(name) twice", hint: "leave one of the columns away")
  }

  static func notJSON(line: Int) -> LabelTrouble {
    LabelTrouble(
      "notJSON", "this is no JSON object", hint: "write one object a line", line: line)
  }

  static func badMember(_ name: String, wants: String, line: Int) -> LabelTrouble {
    LabelTrouble(
      "badMember", "\(name) is \(wants)", hint: "see 'tolsey labels order --help'", line: line)
  }
}

// MARK: - Names, items and labels

extension LabelTrouble {
  static func badName(_ what: String, _ why: String, line: Int) -> LabelTrouble {
    LabelTrouble(
      "badName", "\(what) \(why)",
      hint: "letters, digits, signs and blanks between them are fine",
      line: line)
  }

  static func noContent(line: Int) -> LabelTrouble {
    LabelTrouble(
      "noContent", "the item is empty, or has both text and data",
      hint: "give each item either text, or bytes as base64 in data", line: line)
  }

  static func noMedia(line: Int) -> LabelTrouble {
    LabelTrouble(
      "noMedia", "the item is neither text nor a PNG or JPEG picture",
      hint: "only those can be shown to whoever labels", line: line)
  }

  static func tooFewItems(_ count: Int, least: Int) -> LabelTrouble {
    LabelTrouble(
      "tooFewItems", "\(count) items, the least is \(least)",
      hint: "a batch is judged by comparing answers, and so few compare nothing")
  }

  static func tooLittleGold(_ count: Int, least: Int) -> LabelTrouble {
    LabelTrouble(
      "tooLittleGold", "\(count) gold items, the least is \(least)",
      hint: "label some items yourself and name their file with --gold, or leave --gold away")
  }

  static func badBase64(line: Int) -> LabelTrouble {
    LabelTrouble(
      "badBase64", "data is not base64", hint: "encode it with 'base64 -w0'", line: line)
  }

  static func itemTooLarge(_ bytes: Int, limit: Int, line: Int) -> LabelTrouble {
    LabelTrouble(
      "itemTooLarge", "the item has \(bytes) bytes, the most is \(limit)",
      hint: "shrink pictures and cut texts before they are labelled", line: line)
  }

  static func duplicateItem(_ name: String, line: Int, first: Int) -> LabelTrouble {
    LabelTrouble(
      "duplicateItem",
      "\(name) is already the name of \(first > 0 ? "the item of line \(first)" : "another item")",
      hint: "give each item its own id", line: line)
  }

  static func duplicateContent(_ name: String, of other: String, line: Int) -> LabelTrouble {
    LabelTrouble(
      "duplicateContent", "\(name) shows the same as \(other)",
      hint: "leave one away: it would be paid twice, and an item seen twice looks like gold",
      line: line)
  }

  static func unknownLabel(_ label: String, line: Int) -> LabelTrouble {
    LabelTrouble(
      "unknownLabel", "\(label) is none of the choices",
      hint: "add it to --choices, or mend the file", line: line)
  }

  static func noLabel(line: Int) -> LabelTrouble {
    LabelTrouble(
      "noLabel", "a gold item needs its label", hint: "fill the column 'label'", line: line)
  }

  static func badChoices(_ why: String) -> LabelTrouble {
    LabelTrouble(
      "badChoices", why, hint: "name two or more, each once: --choices cat,dog")
  }

  static func badPlan(_ name: String, _ why: String) -> LabelTrouble {
    LabelTrouble("badPlan", "\(name) \(why)", hint: "see 'tolsey labels order --help'")
  }
}

// MARK: - Jobs

extension LabelTrouble {
  static func notAsked(_ what: String) -> LabelTrouble {
    LabelTrouble(
      "notAsked", "\(what) was never ordered, or is over", hint: "nothing was changed")
  }

  static func overBudget() -> LabelTrouble {
    LabelTrouble(
      "overBudget", "a batch cost more than was reserved for it",
      hint: "nothing was changed; the receipt of the run says what was paid")
  }

  static func damaged(_ line: Int) -> LabelTrouble {
    LabelTrouble(
      "jobDamaged", "the job's file does not follow from the lines before",
      hint: "restore the folder from a copy; what was paid stands on the ledger all the same",
      line: line)
  }

  static func damagedOwner() -> LabelTrouble {
    LabelTrouble(
      "jobDamaged", "the file 'owner' of the job is none that this program wrote",
      hint: "remove it, and order again with the same key at the same network")
  }

  static func otherOwner(_ account: Address) -> LabelTrouble {
    LabelTrouble(
      "otherOwner", "the job was begun by \(account.checksummed), or at another network",
      hint: "go on with that key there; elsewhere its open orders would be paid twice")
  }

  static func inUse() -> LabelTrouble {
    LabelTrouble(
      "jobInUse", "another program works on this job", hint: "wait for it, or end it")
  }

  public static func exists() -> LabelTrouble {
    LabelTrouble(
      "jobExists", "the folder holds another job",
      hint: "name another with --job, or give the same files and options to go on with it")
  }

  static func noJob() -> LabelTrouble {
    LabelTrouble(
      "noJob", "the folder holds no labelling job", hint: "'tolsey labels order' makes one")
  }

  static func file(_ verb: String, _ code: Int32) -> LabelTrouble {
    LabelTrouble(
      "jobFile", "the job's file cannot be \(verb) (error \(code) of the system)",
      hint: "look at its folder, its owner and the room on the disk")
  }
}
