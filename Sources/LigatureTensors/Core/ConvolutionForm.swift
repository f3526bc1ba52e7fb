/// The spatial sizes that a convolution shares with its two gradients: from inputs `[batch,
/// size..., channels]` and filters `[kernel..., channels / groups, filters]` to outputs `[batch,
/// output..., filters]`. One to three axes.
package struct ConvolutionForm: Sendable, Hashable {
  package let size: [Int]
  package let kernel: [Int]
  package let output: [Int]
  package let stride: [Int]
  package let dilation: [Int]
  /// Zeros before the first element of each axis. Those after the last follow from the output.
  package let before: [Int]
  package let groups: Int

  /// Zeros around the inputs, as `[before, after]` of each axis.
  package var padding: [[Int]] {
    size.indices.map { axis in
      let reach = (output[axis] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1
      return [before[axis], max(0, reach - before[axis] - size[axis])]
    }
  }

  /// Sizes of the inputs with the zeros around them.
  package var paddedSize: [Int] { zip(size, padding).map { $0 + $1[0] + $1[1] } }

  /// Multiply-adds, with all places of a filter counted, those beyond an edge too.
  package func multiplyAdds(batch: Int, filters: [Int]) -> Int {
    // Of views that no memory has, as many as can be counted.
    let product = (output + filters).reduce(Double(batch)) { $0 * Double($1) }
    return Int(min(product, 0x1p60))
  }

  /// For people: `kernel: [3, 3], stride: [2, 2]`.
  package var attributes: String {
    func unless(_ plain: Bool, _ name: String, _ value: Any) -> String {
      plain ? "" : ", \(name): \(value)"
    }
    return "kernel: \(kernel)"
      + unless(stride.allSatisfy { $0 == 1 }, "stride", stride)
      + unless(padding.allSatisfy { $0 == [0, 0] }, "padding", padding)
      + unless(dilation.allSatisfy { $0 == 1 }, "dilation", dilation)
      + unless(groups == 1, "groups", groups)
  }
}

/// Which way a device goes through a ``ConvolutionForm``.
package enum ConvolutionWay: Sendable {
  /// From inputs to outputs.
  case forward
  /// From the gradient of the outputs to that of the inputs, which is the transposed convolution.
  case transposed
}
