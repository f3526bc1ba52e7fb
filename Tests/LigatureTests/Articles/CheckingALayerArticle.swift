import Foundation
import Ligature
import Testing

/// The page's reports are printed by its programs, and its table is that of the checks.
@Suite("Articles: Checking a layer")
struct CheckingALayerArticle {
  private static let article = Article("CheckingALayer")

  private struct MyLayer: CustomLayer, Codable {
    @Learnable var memory = LSTM(3)

    func predict(_ x: Tensor, in context: Context) throws -> Tensor { try memory(x, in: context) }
  }

  @Test("a check")
  func check() throws {
    var printed: [String] = []
    func print(_ value: Any) { printed.append("\(value)") }
    // article: check
    let report = checkLayer(MyLayer(), Layout("BTC", [nil, nil, 12]))
    print(report)
    // end
    try report.get()
    #expect(printed.count == 1)
  }

  @Test("shows the report that the example prints")
  func report() throws {
    let (printed, announced) = try BuiltProgram("CheckYourLayer").run()
    // A line for each layer, with every check in it.
    #expect(announced.split(separator: "\n").count == 2)
    #expect(announced.contains("Checking ForgetfulScale: first passes, unmarked properties, ports"))
    let start = try #require(printed.range(of: "Checking ForgetfulScale")).lowerBound
    #expect(printed[..<start].contains(" passed, 0 failed, "))
    // The time it took is the only thing that changes.
    let report = printed[start...].replacing(/in \d+\.\d+ s/, with: "in 0.02 s")
    try Self.article.compareText("report", report.trimmingCharacters(in: .newlines))
  }

  @Test("explains every check as the code does")
  func table() throws {
    let rows = CheckKind.allCases.map {
      "| \($0.title) | \($0.meaning) | \($0.commonCause) | \($0.remedy). |"
    }
    let head = ["| check | what holds | common cause of failure | remedy |", "|---|---|---|---|"]
    try Self.article.compare("checks", (head + rows).joined(separator: "\n") + "\n")
  }

  @Test(
    "every check says what it means, why it fails and what to do", arguments: CheckKind.allCases)
  func explanations(of check: CheckKind) {
    for words in [check.meaning, check.commonCause, check.remedy] {
      #expect(words.count > 15 && !words.contains("|") && !words.contains("\n"), "\(check)")
    }
    #expect(check.meaning.hasSuffix("."))
    #expect(!check.remedy.hasSuffix("."))
  }

  @Test("names every option and every exception")
  func options() throws {
    let text = try Self.article.text
    let options = Mirror(reflecting: CheckOptions()).children.compactMap(\.label)
    let exceptions = CheckOptions.Exception.allCases.map { ".\($0.rawValue)" }
    for name in options + exceptions {
      #expect(text.contains("`\(name)`"), "\(name) is not explained")
    }
    let (layer, layout) = (ReLU(), Layout("BC", [nil, 3]))
    let tolerant =
      // article: options
      checkLayer(layer, layout, options: CheckOptions(tolerance: 1e-5, exceptions: [.random]))
    // end
    try tolerant.get()
    let isolated =
      // article: isolated
      checkLayer(layer, layout, options: CheckOptions(isolation: .childProcess(deadline: 10)))
    // end
    try isolated.get()
  }
}
