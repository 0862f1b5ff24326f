// The house rules, held against every file of the repository.

import Testing

@Suite struct TidyTests {}
