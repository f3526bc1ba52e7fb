import LigatureTensors

extension Gradients {
  /// The Euclidean norm over all gradients, each shared one counted once, summed in the order of
  /// ``entries``. O(count).
  public func norm() throws -> Double {
    // By way of the largest, so that no square is beyond the range of a number.
    let norms = try entries.map { try $0.norm() }
    guard let largest = norms.max(), largest > 0, largest.isFinite else { return norms.max() ?? 0 }
    return norms.map { ($0 / largest) * ($0 / largest) }.reduce(0, +).squareRoot() * largest
  }

  /// Each gradient whose Euclidean norm is greater than `threshold` scaled down to it: gradients of
  /// one learnable keep their direction, those of several do not. O(count).
  ///
  /// Throws for a threshold that is not positive, and for gradients that are not finite.
  public func clipped(byNorm threshold: Double) throws -> Gradients {
    try requireClippable("clipped(byNorm:)", threshold)
    return try mapped("clipped") { gradient in
      let norm = try gradient.euclideanNorm()
      return norm > threshold ? try gradient * (threshold / norm) : gradient
    }
  }

  /// All gradients scaled down by one factor where their ``norm()`` is greater than `threshold`, so
  /// that the whole keeps its direction (Pascanu, Mikolov and Bengio 2013). O(count).
  ///
  /// Throws for a threshold that is not positive, and for gradients that are not finite.
  public func clipped(byGlobalNorm threshold: Double) throws -> Gradients {
    try requireClippable("clipped(byGlobalNorm:)", threshold)
    let norm = try norm()
    return norm > threshold ? try scaled(by: threshold / norm) : self
  }

  /// Each number moved into -threshold...threshold. O(count).
  ///
  /// Throws for a threshold that is not positive, and for gradients that are not finite.
  public func clipped(byValue threshold: Double) throws -> Gradients {
    try requireClippable("clipped(byValue:)", threshold)
    return try mapped("clipped") { try clamp($0, to: -threshold...threshold) }
  }

  private func requireClippable(_ name: String, _ threshold: Double) throws {
    guard threshold.isFinite, threshold > 0 else {
      throw TensorError(
        name, "the threshold is \(threshold)", remedy: "Give a finite number above 0")
    }
    let broken = try nonFinitePaths
    guard broken.isEmpty else {
      throw TensorError(
        name, "gradients are not finite: \(broken.prefix(6).joined(separator: ", "))",
        remedy: "Lower the learn rate, or look for a division by zero, or a root or logarithm of 0")
    }
  }

  /// Whether every number is finite. O(count).
  public var isFinite: Bool {
    get throws { try pairs.allSatisfy { try $0.gradient.isFinite() } }
  }

  /// Paths of the gradients that are not finite, in the order of ``entries``. O(count).
  public var nonFinitePaths: [String] {
    get throws {
      let broken = try pairs.filter { try !$0.gradient.isFinite() }
      return broken.isEmpty
        ? []
        : entries.filter { entry in broken.contains { $0.parameter === entry.parameter } }
          .map { $0.path.isEmpty ? name(of: $0.parameter) : $0.path }
    }
  }
}

extension Tensor {
  /// The square root of the sum of squares, taken in double precision where squares leave the range
  /// of this type.
  func euclideanNorm() throws -> Double {
    let sum = try square(detached).sum().item()
    if sum.isNormal || (sum == 0 && count == 0) { return sum.squareRoot() }
    let largest = try count == 0 ? 0 : abs(detached).max().item()
    guard largest > 0, largest.isFinite else { return largest }
    return try (square(detached.cast(to: .float64) / largest).sum().item()).squareRoot() * largest
  }
}
