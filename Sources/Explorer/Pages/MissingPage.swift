// The page that says why there is no page.

import Primitives

struct MissingPage {
  let missing: Missing
  /// The newest block; 0 where not even that is known.
  var height: UInt64 = 0

  var sheet: Sheet {
    Sheet(
      status: missing.status, title: missing.status == 404 ? "Not found" : "Not shown",
      height: height,
      body: { [missing] in
        """
        <h1>\(missing.status == 404 ? "Not found" : "Not shown")</h1>
        <p class="lead">\(missing.message.sentenced).</p>
        <p>\(missing.hint)</p>
        <p><a href="/">What is on the road now</a></p>
        """
      },
      twin: { [missing] in
        [
          .init(name: "status", value: .unsigned(UInt64(clamping: missing.status))),
          .init(name: "code", value: .string(missing.code)),
          .init(name: "message", value: .string(missing.message)),
          .init(name: "hint", value: .string(missing.hint)),
        ]
      })
  }
}
