import Foundation
import Ligature
import Testing

@testable import ExampleSupport

@Suite struct RunExampleTests {
  struct Broken: Error, CustomStringConvertible {
    let description: String
  }

  @Test("an example that returns ends with status 0")
  func finished() {
    var epochs = 0
    let outcome = ExampleOutcome(of: Sample.flags, ["--epochs", "4"]) { epochs = $0[Sample.epochs] }
    #expect(outcome == .finished && outcome.status == 0)
    #expect(epochs == 4)
  }

  @Test("asking for help does not run the example")
  func help() {
    let outcome = ExampleOutcome(of: Sample.flags, ["--help"]) { _ in Issue.record("it ran") }
    #expect(outcome == .help(Sample.flags.help) && outcome.status == 0)
  }

  @Test("a wrong flag ends with status 2, also when the example finds it")
  func wrongFlags() {
    let wrong = ExampleOutcome(of: Sample.flags, ["--epochs"]) { _ in Issue.record("it ran") }
    #expect(wrong == .wrongFlags("Sample: --epochs needs a value: --epochs N"))
    #expect(wrong.status == 2)
    let conflict = ExampleOutcome(of: Sample.flags, []) { _ in
      throw FlagError.conflict("--quiet and --rate do not go together")
    }
    #expect(conflict == .wrongFlags("Sample: --quiet and --rate do not go together"))
  }

  @Test("any other error ends with status 1 and stands on one line")
  func failed() {
    let outcome = ExampleOutcome(of: Sample.flags, []) { _ in
      throw Broken(description: "digits.mat: byte 17\n  is not a tag\n")
    }
    #expect(outcome == .failed("Sample: digits.mat: byte 17 is not a tag"))
    #expect(outcome.status == 1)
  }

  @Test("Foundation's errors keep the file and the sentence only")
  func foundationErrors() {
    let outcome = ExampleOutcome(of: Sample.flags, []) { _ in
      _ = try Data(contentsOf: URL(fileURLWithPath: "/no/such/digits.mat"))
    }
    guard case .failed(let line) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(line.hasPrefix("Sample: ") && line.contains("digits.mat"))
    #expect(!line.contains("NSCocoaErrorDomain") && !line.contains("\n") && line.count < 200)
  }

  @Test(
    "the edit distance counts added, missing, changed and swapped letters",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0), ("ab", "ba", 1),
      ("recpie", "recipe", 1), ("abcd", "badc", 2),
    ])
  func distance(first: String, second: String, expected: Int) {
    #expect(editDistance(first, second) == expected)
    #expect(editDistance(second, first) == expected)
  }
}
