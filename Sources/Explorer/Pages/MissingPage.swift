// The page that says why there is no page.

import Primitives

struct MissingPage {
  let missing: Missing

  var sheet: Sheet {
    Sheet(
      status: missing.status, title: missing.status == 404 ? "Not found" : "Not shown", height: 0,
      body: { [missing] in
        """
        <h1>\(missing.status == 404 ? "Not found" : "Not shown")</h1>
        <p class="lead">\(missing.message).</p>
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
