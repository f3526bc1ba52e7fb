extension Tensor: CustomStringConvertible {
  /// Type, shape and scalars; of a long axis only the first and last three.
  public var description: String {
    if isDeferred { return "Tensor(deferred)" }
    let values = try? detached.doubles()
    guard let values else { return "Tensor(\(scalarType) \(shape))" }
    let header = "Tensor(\(scalarType) \(shape))"
    guard count > 0 else { return header + " []" }
    let formatter = ScalarFormatter(values: values, isInteger: !scalarType.isFloatingPoint)
    return header + (rank > 1 ? "\n" : " ") + block(values[...], axis: 0, formatter)
  }

  private func block(
    _ values: ArraySlice<Double>, axis: Int, _ formatter: ScalarFormatter
  ) -> String {
    guard axis < rank else { return formatter.text(values[values.startIndex]) }
    let size = shape[axis]
    let step = size == 0 ? 0 : values.count / size
    let shown = size > 8 ? Array(0..<3) + [-1] + Array((size - 3)..<size) : Array(0..<size)
    let parts = shown.map { index -> String in
      guard index >= 0 else { return axis == rank - 1 ? "…" : "⋮" }
      let start = values.startIndex + index * step
      return block(values[start..<(start + step)], axis: axis + 1, formatter)
    }
    let separator = axis == rank - 1 ? " " : "\n" + String(repeating: " ", count: axis + 1)
    return "[" + parts.joined(separator: separator) + "]"
  }
}

/// One width and number of digits for all scalars of a tensor, so that columns line up.
private struct ScalarFormatter {
  let isInteger: Bool
  let usesExponent: Bool

  init(values: [Double], isInteger: Bool) {
    self.isInteger = isInteger || values.allSatisfy { $0.isFinite && $0 == $0.rounded() && Swift.abs($0) < 1e6 }
    let sizes = values.filter { $0.isFinite && $0 != 0 }.map { Swift.abs($0) }
    usesExponent = (sizes.max() ?? 1) >= 1e6 || (sizes.max() ?? 1) < 1e-3
  }

  func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    if isInteger { return String(Int(value)) }
    let sign = value < 0 ? "-" : ""
    let size = Swift.abs(value)
    guard usesExponent, size > 0 else { return sign + fixed(size) }
    var exponent = 0
    var mantissa = size
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return sign + fixed(mantissa) + "e\(exponent)"
  }

  /// Four decimals.
  private func fixed(_ size: Double) -> String {
    let scaled = (size * 10000).rounded()
    let whole = Int(scaled / 10000)
    let rest = String(Int(scaled) % 10000)
    return "\(whole)." + String(repeating: "0", count: 4 - rest.count) + rest
  }
}
