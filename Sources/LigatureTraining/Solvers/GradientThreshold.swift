import LigatureNetworks
import LigatureTensors

/// How large gradients may be before a step is taken along them. A shared learnable is one, however
/// often it is used.
public struct GradientThreshold: Sendable, Hashable, Codable {
  /// What is compared with the threshold: MATLAB's `l2norm`, `global-l2norm` and `absolute-value`.
  public enum Method: String, Sendable, Codable, CaseIterable {
    /// The Euclidean norm of each learnable's gradient, which is scaled down.
    case norm
    /// The Euclidean norm over all gradients, which are scaled down together.
    case globalNorm
    /// The magnitude of each number, which is cut off.
    case value
  }

  /// What is compared.
  public let method: Method
  /// What it is compared with, above 0.
  public let threshold: Double

  /// A threshold. Training throws unless it is finite and above 0.
  public init(_ method: Method, _ threshold: Double) {
    self.method = method
    self.threshold = threshold
  }

  /// Each gradient is scaled down to a Euclidean norm of `threshold`.
  public static func norm(_ threshold: Double) -> GradientThreshold {
    GradientThreshold(.norm, threshold)
  }
  /// All gradients together are scaled down to a Euclidean norm of `threshold`.
  public static func globalNorm(_ threshold: Double) -> GradientThreshold {
    GradientThreshold(.globalNorm, threshold)
  }
  /// Numbers are cut off at `threshold` and its negative.
  public static func value(_ threshold: Double) -> GradientThreshold {
    GradientThreshold(.value, threshold)
  }

  /// The gradients, none larger than the threshold says. O(count). Throws for a threshold that is
  /// not a finite number above 0, and for gradients that are not finite.
  public func applied(to gradients: Gradients) throws -> Gradients {
    switch method {
    case .norm: try gradients.clipped(byNorm: threshold)
    case .globalNorm: try gradients.clipped(byGlobalNorm: threshold)
    case .value: try gradients.clipped(byValue: threshold)
    }
  }

  /// Throws unless the threshold is a finite number above 0.
  public func validate() throws {
    guard threshold.isFinite, threshold > 0 else {
      throw TensorError(
        "GradientThreshold", "the threshold is \(threshold)",
        remedy: "Give a finite number above 0")
    }
  }
}
