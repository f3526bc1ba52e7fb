extension Tensor: CustomStringConvertible {
  /// Type, shape and scalars; of a long axis only the first and last three.
  public var description: String {
    if isDeferred { return "Tensor(deferred)" }
    let header = "Tensor(\(scalarType) \(shape))"
    guard count > 0 else { return header + " []" }
    guard let formatter = try? ScalarFormatter(detached) else { return header }
    // The columns of matrices line up; vectors are set as tightly as they go.
    let width = rank > 1 ? shownPlaces().map { formatter.text($0).count }.max() ?? 0 : 0
    return header + (rank > 1 ? "\n" : " ") + block(0, axis: 0, width, formatter)
  }

  /// The part of the text from `place`, in row-major order, along `axis` and those after it.
  private func block(_ place: Int, axis: Int, _ width: Int, _ formatter: ScalarFormatter) -> String
  {
    guard axis < rank else {
      let text = formatter.text(place)
      return String(repeating: " ", count: Swift.max(0, width - text.count)) + text
    }
    let step = Shape.count(Array(shape[(axis + 1)...]))
    let parts = Tensor.shown(shape[axis]).map { index -> String in
      guard let index else { return axis == rank - 1 ? "…" : "⋮" }
      return block(place + index * step, axis: axis + 1, width, formatter)
    }
    let separator = axis == rank - 1 ? " " : "\n" + String(repeating: " ", count: axis + 1)
    return "[" + parts.joined(separator: separator) + "]"
  }

  /// The scalars that the text shows, by their row-major order.
  private func shownPlaces() -> [Int] {
    shape.reduce([0]) { places, size in
      places.flatMap { place in Tensor.shown(size).compactMap { $0 }.map { place * size + $0 } }
    }
  }

  /// What is shown of an axis, with nil where something is left out.
  private static func shown(_ size: Int) -> [Int?] {
    size > 8 ? [0, 1, 2, nil, size - 3, size - 2, size - 1] : Array(0..<size)
  }
}

/// One number of digits for all scalars of a tensor.
private struct ScalarFormatter {
  private enum Scalars {
    case integers([Int64])
    /// Floating-point numbers, all of which are small and whole.
    case whole([Double])
    case fixed([Double])
    case exponent([Double])
  }

  private let scalars: Scalars

  init(_ tensor: Tensor) throws {
    guard tensor.scalarType.isFloatingPoint else {
      scalars = .integers(try tensor.cast(to: .int64).scalars())
      return
    }
    let values = try tensor.doubles()
    if values.allSatisfy({ $0.isFinite && $0 == $0.rounded() && Swift.abs($0) < 1e6 }) {
      scalars = .whole(values)
      return
    }
    let largest = values.lazy.filter(\.isFinite).map { Swift.abs($0) }.max() ?? 0
    scalars = largest > 0 && !(1e-3..<1e6).contains(largest) ? .exponent(values) : .fixed(values)
  }

  func text(_ place: Int) -> String {
    switch scalars {
    case .integers(let values): String(values[place])
    case .whole(let values): String(Int(values[place]))
    case .fixed(let values): signed(values[place], fixed)
    case .exponent(let values): signed(values[place], scientific)
    }
  }

  private func signed(_ value: Double, _ text: (Double) -> String) -> String {
    if value.isNaN { return "nan" }
    return (value < 0 ? "-" : "") + (value.isFinite ? text(Swift.abs(value)) : "inf")
  }

  /// Four decimals.
  private func fixed(_ size: Double) -> String {
    let scaled = Int((size * 10000).rounded())
    let rest = String(scaled % 10000)
    return "\(scaled / 10000)." + String(repeating: "0", count: 4 - rest.count) + rest
  }

  private func scientific(_ size: Double) -> String {
    var exponent = 0
    var mantissa = size
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa > 0 && mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    // What rounds up to 10 is 1 of the next power.
    if mantissa >= 9.99995 { (mantissa, exponent) = (1, exponent + 1) }
    return fixed(mantissa) + "e\(exponent)"
  }
}
