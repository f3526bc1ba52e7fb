import Foundation
import Testing

/// The article's programs are those of `SharingWeightsPrograms`, and what they print stands below
/// them.
///
/// `LIGATURE_RECORD=1 swift test --filter SharingWeights` writes all of it into the article anew.
@Suite("The article on sharing weights")
struct SharingWeightsArticle {
  private static let article = Article(
    page: "Docs/Ligature.docc/SharingWeights.md", source: "SharingWeightsPrograms.swift")

  /// Compares what stands between `<!-- name -->` and `<!-- end -->` with `expected`, or writes it
  /// there.
  static func compare(_ name: String, _ expected: String) throws {
    try article.compare(name, expected)
  }

  static func fenced(_ language: String, _ text: String) -> String {
    Article.fenced(language, text)
  }

  @Test("shows programs that are compiled and run")
  func code() throws { try Self.article.compareAll() }
}
