import LigatureTensors

/// The first place at which two tensors differ.
struct Difference {
  let element: String
  let expected: String
  let found: String

  /// Nil when shape, type and all numbers agree to within `tolerance` · max(1, |expected|). NaN
  /// agrees with NaN; with a tolerance of 0 numbers must be equal.
  init?(_ found: Tensor, _ expected: Tensor, tolerance: Double = 0) throws {
    guard found.shape == expected.shape, found.scalarType == expected.scalarType else {
      element = "all elements"
      self.expected = "\(expected.scalarType) \(expected.shape)"
      self.found = "\(found.scalarType) \(found.shape)"
      return
    }
    let pairs = zip(try found.doubles(), try expected.doubles())
    let place = pairs.enumerated().first { _, pair in
      let (f, e) = pair
      if f == e || (f.isNaN && e.isNaN) { return false }
      return !(Swift.abs(f - e) <= tolerance * Swift.max(1, Swift.abs(e)))
    }
    guard let (index, (f, e)) = place else { return nil }
    element = CheckSubject.element(index, of: found.shape)
    self.expected = CheckSubject.text(e)
    self.found = CheckSubject.text(f)
  }

  /// A failure that tells of this difference.
  func failure(_ problem: String, at place: String, remedy: String) -> CheckReport.Failure {
    CheckReport.Failure(
      problem, at: "\(place), \(element)", expected: expected, found: found, remedy: remedy)
  }
}

extension CheckSubject {
  /// The first element that is no finite number, and what it is; nil where all are.
  static func nonFinite(in tensor: Tensor) throws -> (element: String, number: String)? {
    guard try tensor.scalarType.isFloatingPoint && !tensor.isFinite(),
      let bad = try tensor.doubles().enumerated().first(where: { !$1.isFinite })
    else { return nil }
    return (element(bad.offset, of: tensor.shape), text(bad.element))
  }

  /// A number as reports show it: NaN without its sign, which says nothing.
  static func text(_ number: Double) -> String { number.isNaN ? "nan" : "\(number)" }

  /// Failures for outputs that differ from what was expected.
  func differences(
    _ found: [Tensor], _ expected: [Tensor], tolerance: Double = 0, _ problem: String,
    at place: String = "", remedy: String
  ) throws -> [CheckReport.Failure] {
    guard found.count == expected.count else {
      return [
        CheckReport.Failure(
          problem, at: place, expected: counted(expected.count, "output"),
          found: counted(found.count, "output"), remedy: remedy)
      ]
    }
    return try found.indices.compactMap { number in
      try Difference(found[number], expected[number], tolerance: tolerance)?.failure(
        problem, at: outputName(number) + (place.isEmpty ? "" : ", \(place)"), remedy: remedy)
    }
  }
}
