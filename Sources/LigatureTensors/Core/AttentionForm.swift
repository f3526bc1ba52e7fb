/// Which keys a query of an attention sees, and what scores are multiplied by.
package struct AttentionForm: Sendable, Hashable {
  package let scale: Double
  /// How many keys come before the one at the place of the first query; nil where queries see what
  /// comes after them.
  package let lead: Int?
  /// For each element of the first axis, the number of keys that count; nil where all do.
  package let keyLengths: [Int]?
}
