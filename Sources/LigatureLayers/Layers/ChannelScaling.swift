import LigatureNetworks
import LigatureTensors

/// A normalisation that ends with a learnable scale and offset for each channel, the last axis.
protocol ChannelScaling: CustomLayer where Input == Tensor, Output == Tensor {
  /// `[channels]`; nil in a layer without.
  var scale: Tensor? { get nonmutating set }
  /// `[channels]`; nil in a layer without.
  var offset: Tensor? { get nonmutating set }
}

extension ChannelScaling {
  /// Ones and zeros: the layer begins as the normalisation alone.
  func initializeScaling(for x: Tensor, in context: Context) throws {
    let channels = [x.shape.last ?? 1]
    if scale != nil { scale = try .ones(channels, context.scalarType) }
    if offset != nil { offset = try .zeros(channels, context.scalarType) }
  }

  /// x · scale + offset, as far as there are such.
  func scaled(_ x: Tensor) throws -> Tensor {
    let product = try scale.map { try x * $0 } ?? x
    return try offset.map { try product + $0 } ?? product
  }

  /// Throws unless a number can be added to a variance.
  func requireEpsilon(_ epsilon: Double, in context: Context) throws {
    guard epsilon.isFinite, epsilon >= 0 else {
      throw LayerError(
        .setting, context.path, "has epsilon \(epsilon)",
        remedy: "Give a finite number of 0 or more, such as 1e-5")
    }
  }
}
