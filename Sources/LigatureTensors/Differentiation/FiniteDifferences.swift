/// Derivatives by central differences, the oracle that gradients are compared with.
///
/// The error of (f(x+h) - f(x-h)) / 2h is about h²|f‴|/6 + ε|f|/h, smallest near h = ε^(1/3); in
/// double that is 6e-6 relative to x, and smooth functions agree to 1e-8 or better.
public enum FiniteDifferences {
  /// The step for an element of size `value`.
  public static func step(for value: Double) -> Double {
    6e-6 * Swift.max(1, Swift.abs(value))
  }

  /// The gradient of a number-valued function with respect to input `index`. Evaluates `body` twice
  /// for each element. Inputs must be float64.
  public static func gradient(
    at inputs: [Tensor], index: Int, of body: ([Tensor]) throws -> Tensor
  ) throws -> Tensor {
    guard inputs.indices.contains(index) else {
      throw TensorError(
        "FiniteDifferences", "there is no input \(index) among \(counted(inputs.count, "input"))",
        remedy: inputs.isEmpty ? "Give inputs" : "Give one of 0..<\(inputs.count)")
    }
    let input = inputs[index]
    try input.require("FiniteDifferences")
    guard input.scalarType == .float64 else {
      throw TensorError(
        "FiniteDifferences", "input \(index) is \(input.scalarType), and float64 is needed",
        remedy: "Convert inputs with cast(to: .float64)")
    }
    let values = try input.doubles()
    var slopes = values
    for element in values.indices {
      let step = step(for: values[element])
      func value(_ shift: Double) throws -> Double {
        var shifted = values
        shifted[element] += shift
        var moved = inputs
        moved[index] = try Tensor(shifted, shape: input.shape)
        return try body(moved).item()
      }
      slopes[element] = (try value(step) - value(-step)) / (2 * step)
    }
    return try Tensor(slopes, shape: input.shape)
  }

  /// The largest relative difference of two gradients: |a - n| / max(|a|, |n|, floor). Throws when
  /// their shapes differ.
  public static func relativeError(
    _ automatic: Tensor, _ numeric: Tensor, floor: Double = 1
  ) throws -> Double {
    guard automatic.shape == numeric.shape else {
      throw TensorError(
        "FiniteDifferences", "the gradients have shapes \(automatic.shape) and \(numeric.shape)",
        remedy: "Compare gradients of the same input")
    }
    return zip(try automatic.doubles(), try numeric.doubles()).map { a, n in
      a == n ? 0 : Swift.abs(a - n) / Swift.max(Swift.abs(a), Swift.abs(n), floor)
    }.reduce(0) { $0.isNaN || $1.isNaN ? .nan : Swift.max($0, $1) }
  }
}
