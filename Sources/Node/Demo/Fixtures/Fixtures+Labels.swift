// The labels of the 160 digits, in base64. Written by scripts/embed-demo.py.

extension Fixtures {
  static let labels: StaticString = """
    CQMDAQcHBgMICQQJAAUGAAAIAQIEBAEBAwIFAgcHBggGBwIHAgQDBAQCBgAFAwQIAQkGAAkFAgkCCQgCBwMJAgYHBAgB\
    CQgECAUDAAAHBQMJAgIJAAEFCAkDCQgJBQIFBAAECAkBAAACAQQDAgEDAAQCAwIBAggEBwYCAQIGBwkCBwcHBQgDAQMG\
    AQkHBQcABgQHAwgDBQEJCAYDBwUAAA==
    """
}
