// What the doctor looks at in a person's home folder: who can read it, and whether keys are whole.

import Glibc
import Primitives

enum Home {
  /// The home folder, or the nearest folder above it that is there.
  static var nearest: String {
    var path = (try? HomeFolder.path()) ?? "."
    while !LocalFile.exists(path) {
      guard let slash = path.lastIndex(of: "/") else { return "." }
      if slash == path.startIndex { return "/" }
      path = String(path[..<slash])
    }
    return path
  }

  static var findings: [Finding] {
    let path: String
    do { path = try HomeFolder.path() } catch { return [.fail("home", error)] }
    guard let mode = mode(of: path) else {
      return [.ok("home", "\(path) is not there yet; it comes with the first key")]
    }
    var findings = [home(path, mode)]
    if let finding = keys(path + "/keys") { findings.append(finding) }
    findings.append(operators)
    return findings
  }

  static func home(_ path: String, _ mode: mode_t) -> Finding {
    if mode & 0o022 != 0 {
      return .fail("home", "others can change \(path)", hint: "run 'chmod 700 \(path)'")
    }
    if mode & 0o055 != 0 {
      return .warn("home", "others can look into \(path)", hint: "run 'chmod 700 \(path)'")
    }
    return .ok("home", "\(path) is yours alone")
  }

  /// Every key file, opened as it is for use.
  private static func keys(_ folder: String) -> Finding? {
    guard let mode = mode(of: folder) else { return nil }
    if mode & 0o022 != 0 {
      return .fail("keys", "others can change \(folder)", hint: "run 'chmod 700 \(folder)'")
    }
    let names: [String]
    do {
      names = try LocalFile.names(in: folder).filter {
        $0.hasSuffix(KeysFolder.suffix) && !$0.hasPrefix(".")
      }
      for name in names { _ = try KeyFile.open(folder + "/" + name) }
    } catch { return .fail("keys", error) }
    if mode & 0o055 != 0 {
      return .warn("keys", "others can list \(folder)", hint: "run 'chmod 700 \(folder)'")
    }
    let count = names.count == 1 ? "one key" : "\(names.count) keys"
    return .ok("keys", "\(count), readable by you alone")
  }

  private static var operators: Finding {
    do {
      let count = try KnownOperators.read().networks.count
      return .ok("operators", count == 1 ? "one network is known" : "\(count) networks are known")
    } catch { return .fail("operators", error) }
  }

  static func mode(of path: String) -> mode_t? {
    var facts = stat()
    return stat(path, &facts) == 0 ? facts.st_mode : nil
  }
}
