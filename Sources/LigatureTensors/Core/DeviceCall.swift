/// What operations ask of a device: each fills whole buffers. Operands may be views with any
/// strides, results are contiguous unless it says otherwise.
package enum DeviceCall: Sendable {
  /// The result is this number everywhere.
  case fill(Double)
  /// The operand's scalars; the result may have any strides that do not overlap.
  case copy
  /// The operand in the result's scalar type.
  case convert
  /// A function of each element.
  case map(MapFunction)
  /// Of [what the derivative reads, gradient]: gradient times the function's derivative.
  case mapGradient(MapFunction)
  /// A function of two elements, stretched to the result's shape.
  case zip(ZipFunction)
  /// Of [mask, a, b]: a where the mask is not 0, else b; stretched to the result's shape.
  case select
  /// y + scale · x for the operand x, where y is the result.
  case addScaled(Double)
  /// Of [a, b] or [a, b, bias]: activation(a · b + bias), batch by batch; a and b have the result's
  /// batch axes.
  case product(FusedActivation)
  /// Of [source, filters] or [source, filters, bias]: a convolution or the transpose of one.
  case convolution(ConvolutionForm, ConvolutionWay)
  /// Of [x, gradient of the outputs]: the gradient of a convolution in its filters.
  case convolutionFilters(ConvolutionForm)
  /// The places, as int64, of the largest elements of windows along the spatial axes.
  case maximumPlaces(SpatialWindows)
  /// Of [x, int64 places]: the elements of each observation and channel at the places.
  case takePlaces
  /// Of [y, int64 places]: adds y to the elements of the result at the places.
  case addPlaces
  /// Of [result of the activation, gradient]: the gradient before it; with a second result the
  /// column sums of that, added to what is there if `adding`.
  case activationGradient(FusedActivation)
  /// A reduction over axes, which the result has at size 1.
  case reduce(Reduction, axes: [Int])
  /// The place of the first extreme along an axis, as int64.
  case argExtreme(axis: Int, smallest: Bool)
  /// 1 in a uint8 result where every element is in a range, and none NaN, else 0.
  case allWithin(ClosedRange<Double>)
  /// Softmax over the last axis, or its logarithm.
  case softmax(logarithm: Bool)
  /// Of [result, gradient].
  case softmaxGradient(logarithm: Bool)
  /// (x - mean) / sqrt(variance + epsilon) over the last axis, and the rows' means and inverse
  /// deviations as further results.
  case normalizeRows(epsilon: Double)
  /// Of [result, inverse deviations, gradient].
  case normalizeRowsGradient
  /// Of [x], with scale and offset where there are such; each channel's mean and variance as a
  /// further result.
  case normalizeChannels(ChannelForm)
  /// Of [x, means and variances, gradient], with the scale where there is one; the gradients in
  /// scale and offset as a further result.
  case normalizeChannelsGradient(ChannelForm)
  /// Of [queries, keys, values] with equal batch axes: what the queries find, and what the
  /// gradient takes from each query's scores as a further result.
  case attention(AttentionForm)
  /// Of [queries, keys, values, gradient, result, what was kept of the scores]: the gradient in the
  /// queries, and those in keys and values as further results.
  case attentionGradient(AttentionForm)
  /// Of [source, int64 indices]: elements along an axis.
  case gather(axis: Int)
  /// Of [source, int64 indices]: adds elements of the source to those of the result that the
  /// indices name along an axis.
  case scatterAdd(axis: Int)
  /// Of [source, int64 indices] of one rank: the elements that the indices name along an axis, each
  /// in its own line.
  case takeAlong(axis: Int)
  /// Of [source, int64 indices]: puts elements of the source where the indices name some of the
  /// result's along an axis, each in its own line; in order, so that the last one stays.
  case putAlong(axis: Int)
  /// The same, but added to what is there.
  case putAddingAlong(axis: Int)
  /// A chain along an axis, from the last element to the first if reversed.
  case scan(ScanFunction, axis: Int, reversed: Bool)
  /// The place of the first extreme so far along an axis, as int64.
  case cumulativeExtreme(axis: Int, smallest: Bool)
  /// The order of the elements along an axis, as int64 places.
  case argsort(axis: Int, descending: Bool)
  /// Of [sorted, values]: int64 places of values in sorted lines along the last axis, or in one
  /// line for all of them.
  case searchSorted(right: Bool)
  /// Sums of whole numbers along axes, which the result has at size 1, as int64.
  case sumIntegers(axes: [Int])
  /// Of batches of matrices; with a second result, uint8, 1 for each matrix that cannot be taken
  /// apart, else 0.
  case matrix(MatrixFunction)
  /// Of [predictions, targets]: the sum of a loss over all elements times `scale`; with a second
  /// result the gradient in the predictions, scaled alike.
  case loss(FusedLoss, scale: Double)
  /// Random numbers of a stream, from a position on.
  case random(RandomDistribution, RandomPlace)
  /// Of [gradient]: one step of a solver on [value, first moments, second moments].
  case solverStep(SolverStep)

  /// Whether the result may be added to instead of written.
  package var canAdd: Bool {
    switch self {
    case .copy, .mapGradient, .zip, .product, .activationGradient, .softmaxGradient,
      .convolution, .convolutionFilters, .takePlaces,
      .normalizeRowsGradient, .normalizeChannelsGradient, .scatterAdd, .reduce:
      true
    default: false
    }
  }

  /// Whether what is in the results beforehand counts, whether adding or not.
  package var readsResults: Bool {
    switch self {
    case .addScaled, .scatterAdd, .putAlong, .putAddingAlong, .addPlaces, .solverStep: true
    default: false
    }
  }
}

/// Where in a stream of random numbers a draw begins.
package struct RandomPlace: Sendable {
  let seed: UInt64
  let stream: UInt64
  /// The number of the first number.
  let first: UInt64
}

/// How random numbers are distributed.
package enum RandomDistribution: Sendable {
  case uniform(Range<Double>)
  case normal(mean: Double, deviation: Double)
  /// A value with a probability, else 0.
  case mask(keep: Double, value: Double)
}
