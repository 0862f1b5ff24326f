// The labels of the 140 further digits, in base64. Written by scripts/embed-demo.py.

extension Fixtures {
  static let moreLabels: StaticString = """
    AwUBBQYFBgAIBwgDCQYEBAEEBAQGBwkGCAUJBQMGAgABAQcEAAYABAAEBgcACAgGBQcAAQMJCAUGAAIDBQYABwMGAQEJ\
    BAIJAAcJAgEBBAYECAUGAQMGCAgHAgIFAQYACAgGBAgCAwgFBwUJAgIAAAQJBQMEBwMJBQgJAAQAAQUGAwEDAwcFAQUH\
    CQE=
    """
}
