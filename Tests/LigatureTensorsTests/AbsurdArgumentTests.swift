import Foundation
import LigatureTensors
import Testing

/// Arguments that make no sense, to every function that takes sizes, axes, places or settings: what
/// comes back is a tensor or an error with a remedy, at once, and never a trap, a hang or
/// gigabytes.
@Suite("Absurd arguments") struct AbsurdArgumentTests {
  static let integers = [
    0, 1, -1, 2, 9, -9, 1 << 40, 1 << 62, Int.max - 1, .max, .min + 1, .min,
  ]
  static let numbers: [Double] = [
    0, -0.0, 1, -1, Double.leastNonzeroMagnitude, 1e308, -1e308, .infinity, -.infinity, .nan,
  ]

  /// Runs a call, which gives a tensor of a decent size, a view, or an error that says what to do.
  private func tried(_ name: String, _ body: () throws -> [Tensor]) {
    do {
      for tensor in try body() {
        #expect(tensor.isDeferred || tensor.byteCount < 1 << 27 || !tensor.isContiguous, "\(name)")
      }
    } catch let error as TensorError {
      #expect(!error.problem.isEmpty && !error.remedy.isEmpty && !error.operation.isEmpty)
      #expect("\(error)".utf8.count < 600, "\(name): \(error)")
      #expect(!"\(error)".contains("Optional("), "\(error)")
    } catch {
      Issue.record("\(name) threw \(error)")
    }
  }

  private func one(_ name: String, _ body: () throws -> Tensor) { tried(name) { [try body()] } }

  static let matrix = try? Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
  /// By what they are: plain, empty, a scalar, whole numbers, without a value, and enormous views.
  static var tensors: [(String, Tensor)] {
    get throws {
      [
        ("matrix", try #require(matrix)), ("empty", try .zeros([0, 3])), ("scalar", try .scalar(2)),
        ("integers", Tensor([1, 2, 3])), ("deferred", .deferred),
        ("view", try Tensor.scalar(1).broadcast(to: [1 << 14, 1 << 13])),
        ("empty view", try Tensor.zeros([1, 0]).broadcast(to: [1 << 20, 0])),
      ]
    }
  }

  @Test("as sizes", arguments: integers) func sizes(_ size: Int) throws {
    for shape in [[size], [size, size], [2, size], [size, 0], [0, size, size, size]]
    where size < 3 || size > 1 << 32 {
      one("zeros") { try .zeros(shape) }
      one("full") { try .full(shape, .nan, .uint8) }
      one("scalars") { try Tensor([1, 2] as [Double], shape: shape) }
      one("filled") { try Tensor(shape: shape, as: UInt8.self) { _ in } }
      for seed in [UInt64.min, .max] {
        var stream = RandomStream(seed: seed, stream: seed)
        one("uniform") { try stream.uniform(shape) }
        one("normal") { try stream.normal(shape, .int32) }
        one("mask") { try stream.mask(shape, keep: 0.5, value: 2) }
      }
      for (name, tensor) in try Self.tensors where name != "view" {
        one("reshaped \(name)") { try tensor.reshaped(to: shape) }
        one("broadcast \(name)") { try tensor.broadcast(to: shape) }
      }
    }
    var stream = RandomStream(seed: 1)
    if size < 3 || size > 1 << 32 {
      one("identity") { try .identity(size) }
      tried("permutation") { [Tensor(try stream.permutation(size))] }
    }
  }

  @Test("as ranges", arguments: integers) func ranges(_ bound: Int) throws {
    for other in Self.integers where bound <= other {
      let range = bound..<other
      if other.subtractingReportingOverflow(bound).overflow || other - bound < 100
        || other - bound > 1 << 32
      {
        one("range") { try .range(range) }
        one("range") { try .range(range, .uint8) }
      }
      for (_, tensor) in try Self.tensors {
        one("slice") { try tensor.slice(range) }
        one("slice") { try tensor.slice(range, axis: bound) }
        one("subscript") { try tensor[range] }
      }
    }
  }

  @Test("as axes, places and counts", arguments: integers) func axes(_ number: Int) throws {
    for (_, tensor) in try Self.tensors where tensor.count < 100 {
      one("sum") { try tensor.sum(number) }
      one("mean") { try tensor.mean(axes: [number, 0], keepingAxes: true) }
      one("variance") { try tensor.variance(number, number) }
      one("max") { try tensor.max(number) }
      one("min") { try tensor.min(0, number) }
      one("argmax") { try tensor.argmax(number) }
      one("argmin") { try tensor.argmin(number) }
      one("softmax") { try softmax(tensor, axis: number) }
      one("logSoftmax") { try logSoftmax(tensor, axis: number) }
      one("gathered") { try tensor.gathered(Tensor([number]), axis: 0) }
      one("gathered") { try tensor.gathered(Tensor([0, 1]), axis: number) }
      one("gathered") { try tensor.gathered(tensor, axis: number) }
      one("scatterAdded") { try tensor.scatterAdded(tensor, at: Tensor([number]), axis: number) }
      one("concatenate") { try concatenate([tensor, tensor], axis: number) }
      one("stack") { try stack([tensor, tensor], axis: number) }
      tried("steps") { [try tensor.steps(within: [number, number])] }
      one("counted") { try tensor.sum(over: .time, counting: [number, number]) }
      one("counted") { try tensor.max(over: .time, counting: [number]) }
      tried("gradient") {
        [try FiniteDifferences.gradient(at: [tensor], index: number) { try $0[0].sum() }]
      }
    }
    for (_, tensor) in try Self.tensors {
      one("at") { try tensor.at(number, axis: 0) }
      one("at") { try tensor.at(0, axis: number) }
      one("subscript") { try tensor[number] }
      one("expandingAxis") { try tensor.expandingAxis(number) }
      one("squeezed") { try tensor.squeezed(number) }
      one("permuted") { try tensor.permuted([number, 0]) }
      one("permuted") { try tensor.permuted([Int](repeating: number, count: 20)) }
      tried("split") { try tensor.split(into: number) }
      tried("split") { try tensor.split(into: 2, axis: number) }
      tried("split") { try tensor.split(sizes: [number, number, 1]) }
      tried("split") { try tensor.split(sizes: [], axis: number) }
    }
    for cell in RecurrentCell.allCases {
      let x = try Tensor.zeros([2, 3, 1])
      let weights = RecurrentWeights(
        input: try .zeros([1, cell.gateCount]), recurrent: try .zeros([1, cell.gateCount]))
      tried("recurrence") {
        [
          try recurrence(
            cell, x, weights, reading: RecurrentReading(lengths: [number, 1])
          ).state.hidden
        ]
      }
    }
  }

  @Test("as axes and counts of functions", arguments: integers) func functions(_ number: Int) throws
  {
    for (_, tensor) in try Self.tensors where tensor.count < 100 {
      one("cumsum") { try tensor.cumsum(number) }
      one("cumprod") { try tensor.cumprod(number, reversed: true) }
      one("cummax") { try tensor.cummax(number).values }
      one("diff") { try tensor.diff(number) }
      one("sorted") { try tensor.sorted(axis: number) }
      one("argsort") { try tensor.argsort(axis: number) }
      tried("topK") { [try tensor.topK(number).values, try tensor.topK(1, axis: number).places] }
      one("median") { try tensor.median(axis: number) }
      one("product") { try tensor.product(number, 0) }
      one("norm") { try tensor.norm(number) }
      one("logSumExp") { try tensor.logSumExp(number) }
      one("standardDeviation") { try tensor.standardDeviation(number) }
      one("any") { try tensor.any(number) }
      one("all") { try tensor.all(number) }
      one("countNonZero") { try tensor.countNonZero(number) }
      one("flipped") { try tensor.flipped(number) }
      one("rolled") { try tensor.rolled(by: number) }
      one("rolled") { try tensor.rolled(by: 1, axis: number) }
      one("gathered") { try tensor.gathered(along: number, at: Tensor([0])) }
      one("gathered") { try tensor.gathered(along: 0, at: Tensor([number], shape: [1, 1])) }
      one("scattered") { try tensor.scattered(tensor, along: number, at: tensor) }
      one("scatterAdded") {
        try tensor.scatterAdded(tensor, along: 0, at: Tensor([number, 0], shape: [2, 1]))
      }
      one("matrixPower") { try tensor.matrixPower(number) }
      one("oneHot") { try oneHot(tensor, classes: number) }
      one("bincount") { try Tensor([number]).bincount() }
      one("bincount") { try tensor.bincount(minimumCount: number) }
      one("histogram") { try tensor.histogram(bins: number) }
      one("triu") { try tensor.triu(number) }
      one("tril") { try tensor.tril(number) }
    }
    for (_, tensor) in try Self.tensors {
      one("diagonal") { try tensor.diagonal(number) }
      tried("chunked") { try tensor.chunked(size: number, axis: number) }
      tried("unstacked") { try tensor.unstacked(axis: number) }
      one("strided") { try tensor.strided(by: number) }
      one("strided") { try tensor.strided(by: 2, axis: number) }
      one("unfolded") { try tensor.unfolded(axis: number, size: 1) }
      one("unfolded") { try tensor.unfolded(axis: 0, size: number, step: number) }
      one("unfolded") { try tensor.unfolded(axis: -1, size: 1, step: number) }
      one("movingAxis") { try tensor.movingAxis(number, to: 0) }
      one("swappingAxes") { try tensor.swappingAxes(0, number) }
    }
    // Sizes of what may be large.
    for (_, tensor) in try Self.tensors where tensor.count < 100 && (number < 3 || number > 1 << 32)
    {
      one("repeated") { try tensor.repeated(number) }
      one("repeated") { try tensor.repeated(1, axis: number) }
      one("tiled") { try tensor.tiled([number, number]) }
      one("tiled") { try tensor.tiled([number]) }
      one("padded") { try tensor.padded(before: [number, 0], after: [0, number]) }
      for padding in [TensorPadding.reflect, .replicate, .circular] {
        one("padded") { try tensor.padded(before: [number], after: [number], with: padding) }
        one("padded") { try tensor.padded(before: [0, number], after: [0, 0], with: padding) }
      }
      one("resized") { try tensor.resized(to: [number], axes: [-1]) }
      one("resized") { try tensor.resized(to: [1, number, 1], axes: [0, number, 1], by: .floor) }
      one("cropped") { try tensor.cropped(before: [number, 0], after: [0, number]) }
      one("cropped") { try tensor.cropped(before: [number], after: [0]) }
      // Many rows make many matrices, which is what they ask for.
      if !tensor.shape.contains(where: { $0 > 100 }) {
        one("diagonalMatrix") { try tensor.diagonalMatrix(number) }
      }
      one("linspace") { try .linspace(0, 1, count: number) }
    }
  }

  @Test("of every type and rank to functions that want others") func functionKinds() throws {
    let all = try Self.tensors.filter { $0.1.count < 100 }.map(\.1)
    for a in all {
      one("determinant") { try a.determinant() }
      one("logDeterminant") { try a.logDeterminant() }
      one("cholesky") { try a.cholesky() }
      one("inverse") { try a.inverse() }
      one("trace") { try a.trace() }
      one("nonZero") { try a.nonZero() }
      tried("unique") { [try a.unique().values, try a.unique().places] }
      one("tan") { try tan(a) }
      one("elu") { try elu(a) }
      one("isNaN") { try isNaN(a) }
      one("logicalNot") { try logicalNot(a) }
      for b in all {
        one("solve") { try solve(a, b) }
        one("triangularSolve") { try triangularSolve(a, b, upper: true) }
        one("einsum") { try einsum("ij,jk", a, b) }
        one("einsum") { try einsum("...,...", a, b) }
        one("dot") { try dot(a, b) }
        one("outer") { try outer(a, b) }
        one("cross") { try cross(a, b) }
        one("kronecker") { try kronecker(a, b) }
        one("pairwiseDistances") { try pairwiseDistances(a, b) }
        one("remainder") { try remainder(a, b) }
        one("truncatedRemainder") { try truncatedRemainder(a, b) }
        one("atan2") { try atan2(a, b) }
        one("hypot") { try hypot(a, b) }
        one("lerp") { try lerp(a, b, a) }
        one("logicalAnd") { try logicalAnd(a, b) }
        one("logicalXor") { try logicalXor(a, b) }
        one(".<") { try a .< b }
        one("maskedFill") { try a.maskedFill(b, 1) }
        one("elements") { try a.elements(where: b) }
        one("searchSorted") { try a.searchSorted(b) }
        one("gathered") { try a.gathered(along: 0, at: b) }
        one("scattered") { try a.scattered(b, along: 0, at: b) }
        tried("meshgrid") { try meshgrid([a, b]) }
      }
    }
    tried("meshgrid") { try meshgrid([]) }
    tried("meshgrid") {
      let long = try Tensor.scalar(1).broadcast(to: [1 << 14])
      return try meshgrid([Tensor](repeating: long, count: 8))
    }
  }

  @Test("as numbers of functions", arguments: numbers) func functionSettings(_ number: Double)
    throws
  {
    for (_, tensor) in try Self.tensors where tensor.count < 100 {
      one("quantile") { try tensor.quantile(number) }
      one("norm") { try tensor.norm(order: number) }
      one("lerp") { try lerp(tensor, tensor, number) }
      one("elu") { try elu(tensor, alpha: number) }
      one("maskedFill") { try tensor.maskedFill(tensor, number) }
      one("padded") { try tensor.padded(before: [1], after: [1], with: .constant(number)) }
      if !number.isNaN {
        one("histogram") { try tensor.histogram(bins: 3, in: number...number) }
      }
      one("linspace") { try .linspace(number, 1, count: 3, .int32) }
    }
  }

  @Test("of every type and rank to attention and what stands around it")
  func attentionKinds() throws {
    let all = try Self.tensors.filter { $0.1.count < 100 }.map(\.1)
    for a in all {
      for b in all {
        one("embedding") { try embedding(a, vectors: b) }
        one("rotaryEmbedding") { try rotaryEmbedding(a, at: b) }
        one("softmax") { try softmax(a, where: b) }
        one("attention") { try scaledDotProductAttention(queries: a, keys: b, values: b) }
        one("attention") {
          try scaledDotProductAttention(queries: a, keys: a, values: a, mask: b, causal: true)
        }
        one("attention") {
          try scaledDotProductAttention(queries: a, keys: a, values: a, bias: b, factors: b)
        }
      }
      for number in Self.integers {
        one("embedding") { try embedding(a, vectors: a, paddingIndex: number) }
        one("positions") { try sinusoidalPositions(a, features: number) }
        one("attention") {
          try scaledDotProductAttention(queries: a, keys: a, values: a, keyLengths: [number, 1])
        }
      }
      for number in Self.numbers {
        one("positions") { try sinusoidalPositions(a, features: 3, base: number) }
        one("rotaryEmbedding") { try rotaryEmbedding(.ones([2, 2]), at: a, base: number) }
        one("attention") {
          try scaledDotProductAttention(queries: a, keys: a, values: a, scale: number)
        }
        one("embedding") { try embedding(Tensor([number]), vectors: a) }
      }
    }
  }

  /// Plain, without observations, without elements, without channels, of other ranks, and none.
  private static var images: [Tensor] {
    get throws {
      try [[1, 4, 5, 2], [0, 4, 5, 2], [1, 0, 5, 2], [1, 4, 5, 0], [2, 6, 2], [3, 2], []].map {
        try .ones($0)
      } + [.deferred, Tensor([1, 2]).reshaped(to: [1, 1, 2])]
    }
  }

  @Test("as settings of convolutions and pooling", arguments: integers)
  func images(_ number: Int) throws {
    let filters = try [[2, 3, 2, 4], [1, 1, 2, 2], [2, 2, 4], [0, 1, 2, 2], [2, 2, 2, 0], [2]].map {
      try Tensor.ones($0)
    }
    let amounts: [SpatialPadding] = [
      .explicit(number), .explicit(number, 0), .explicit(before: [0], after: [number]),
      .explicit(1).filling(.reflect), .explicit(number).filling(.replicate), .same, .causal,
    ]
    for image in try Self.images {
      for filter in filters {
        for (settings, padding) in amounts.enumerated() {
          let plain = settings == 0 ? [number] : settings == 1 ? [1, number] : [1]
          one("stride") { try convolution(image, filters: filter, stride: plain, padding: padding) }
          one("dilation") {
            try convolution(image, filters: filter, padding: padding, dilation: plain)
          }
          one("transposed") {
            try transposedConvolution(image, filters: filter, stride: plain, padding: padding)
          }
          one("transposed") {
            try transposedConvolution(image, filters: filter, padding: padding, dilation: plain)
          }
        }
        one("groups") { try convolution(image, filters: filter, groups: number) }
        one("groups") { try transposedConvolution(image, filters: filter, groups: number) }
        one("size") {
          try transposedConvolution(image, filters: filter, outputSize: [number, 5])
        }
      }
      for padding in amounts + [.explicit()] {
        one("window") { try maximumPooling(image, window: [number], padding: padding) }
        one("dilation") {
          try maximumPooling(image, window: [2], padding: padding, dilation: [number])
        }
        one("stride") { try maximumPooling(image, window: [2], stride: [number], padding: padding) }
        one("window") { try averagePooling(image, window: [2, number], padding: padding) }
        one("stride") { try averagePooling(image, window: [2], stride: [number], padding: padding) }
      }
      one("adaptive") { try adaptiveAveragePooling(image, to: [number, 2]) }
      one("adaptive") { try adaptiveMaximumPooling(image, to: [number]) }
      one("unpooling") { try maximumUnpooling(image, indices: image, size: [number, number]) }
      one("unpooling") {
        try maximumUnpooling(image, indices: image.cast(to: .int64), size: [number, 4])
      }
      for interpolation in Interpolation.allCases {
        one("resized") { try image.resized(to: [number, 3], by: interpolation) }
        one("resized") { try image.resized(to: [], by: interpolation) }
      }
    }
  }

  @Test("errors of convolutions say what was expected, what came, and what to do")
  func wordsOfConvolutions() throws {
    let (image, filters) = (try Tensor.ones([1, 4, 5, 2]), try Tensor.ones([2, 3, 2, 4]))
    func words(_ body: () throws -> Tensor) -> String {
      do { return "\(try body())" } catch { return "\(error)" }
    }
    #expect(
      words { try convolution(image, filters: filters, stride: [0]) }
        == "convolution: the stride is [0], for 2 axes. Give one number of 1 or more for all axes, "
        + "or one for each.")
    #expect(
      words { try convolution(image, filters: filters, dilation: [-1, 1]) }
        == "convolution: the dilation is [-1, 1], for 2 axes. Give one number of 1 or more for all "
        + "axes, or one for each.")
    #expect(
      words { try convolution(image, filters: .ones([5, 3, 2, 4])) }
        == "convolution: the kernel [5, 3] with dilation [1, 1] covers [5, 3], the image with "
        + "padding valid is [4, 5]. Give a smaller kernel or dilation, a larger image, or more "
        + "padding.")
    #expect(
      words { try convolution(image, filters: filters, groups: 3) }
        == "convolution: channels of [1, 4, 5, 2], [2, 3, 2, 4] do not fit with 3 groups. Filters "
        + "are [kernel..., inputs / groups, outputs], both of which the groups divide, and a bias "
        + "has one number for each channel of the result.")
    #expect(
      words {
        try convolution(image, filters: filters, stride: [1 << 27], padding: .explicit(0, 1 << 27))
      }
        == "convolution: the padding [[0, 0], [134217728, 134217726]] makes an image of [4, "
        + "268435459] from one of [4, 5]. Give less padding.")
    #expect(
      words { try maximumPooling(image, window: [2], padding: .explicit(3)) }
        == "maximumPooling: a window of [2, 2] lies outside an image of [4, 5] with padding [3]. "
        + "Give less padding than the window is large.")
  }

  @Test("as numbers", arguments: numbers) func settings(_ number: Double) throws {
    for (name, tensor) in try Self.tensors where tensor.count < 100 {
      one("pow \(name)") { try pow(tensor, number) }
      one("leakyReLU") { try leakyReLU(tensor, slope: number) }
      one("clamp") { try clamp(tensor, to: -Double.infinity...Double.infinity) }
      one("normalized") { try normalized(tensor, epsilon: number) }
      one("batchNormalized") { try batchNormalized(tensor, epsilon: number) }
      one("groupNormalized") {
        try groupNormalized(tensor, groups: number == 2 ? 2 : 1, epsilon: number)
      }
      one("huber") { try huber(tensor, tensor, threshold: number) }
      one("+") { try tensor + number }
      one("/") { try number / tensor }
      one(".<") { try tensor .< number }
      tried("isClose") {
        _ = try tensor.isClose(to: tensor, relative: number, absolute: number)
        return []
      }
    }
    var stream = RandomStream(seed: 2)
    if number.isFinite || number == .infinity, number >= 0 {
      one("uniform") { try stream.uniform([3], in: -number..<number) }
    }
    one("normal") { try stream.normal([3], mean: number, standardDeviation: number) }
    one("mask") { try stream.mask([3], keep: number, value: number) }
    one("full") { try .full([3], number, .int64) }
  }

  @Test("random numbers of settings that are none are refused in words")
  func distributions() {
    func words(_ body: (inout RandomStream) throws -> Tensor) -> String {
      var stream = RandomStream(seed: 1)
      do { return "\(try body(&stream))" } catch { return "\(error)" }
    }
    #expect(
      words { try $0.uniform([2], in: 0..<Double.infinity) }
        == "uniform: the range is 0.0..<inf. Give finite bounds.")
    #expect(
      words { try $0.normal([2], standardDeviation: -1) }
        == "normal: the mean is 0.0, the standard deviation -1.0. Give finite numbers, the "
        + "deviation 0 or more.")
    #expect(
      words { try $0.mask([2], keep: 1.5, value: 1) }
        == "mask: the probability is 1.5, the value 1.0. Give a probability of 0...1 and a finite "
        + "value.")
  }

  @Test("of every type and rank where others are wanted")
  func kinds() throws {
    let all = try Self.tensors.filter { $0.1.count < 100 }.map(\.1)
    for a in all {
      one("flattened") { try a.flattened() }
      one("cast") { try a.cast(to: .uint8) }
      for b in all {
        one("+") { try a + b }
        one("matmul") { try matmul(a, b) }
        one("linear") { try linear(a, weights: b, bias: a, activation: .tanh) }
        one("select") { try select(a, b, a) }
        one("maximum") { try maximum(a, b) }
        one("crossEntropy") { try crossEntropy(a, b) }
        one("crossEntropy") { try crossEntropy(logits: a, b) }
        one("binaryCrossEntropy") { try binaryCrossEntropy(a, b) }
        one("meanSquaredError") { try meanSquaredError(a, b) }
        one("concatenate") { try concatenate([a, b], axis: 0) }
        one("stack") { try stack([a, b]) }
        one("recurrence") {
          try recurrence(.lstm, a, RecurrentWeights(input: b, recurrent: a)).state.hidden
        }
        tried("valueAndGradients") {
          try valueAndGradients(at: [a, b]) { try ($0[0] * $0[1]).sum() }.gradients.compactMap {
            $0
          }
        }
        tried("vectorJacobianProduct") {
          try vectorJacobianProduct(at: [a], [b]) { $0 }.gradients
        }
        tried("jacobianVectorProduct") {
          try jacobianVectorProduct(at: [a], along: [b]) { $0 }.derivatives
        }
      }
    }
    one("concatenate") { try concatenate([]) }
    one("stack") { try stack([]) }
  }

  @Test("derivatives of whole numbers, and of what has no value, are refused in words")
  func derivatives() {
    func words(_ tensor: Tensor) -> String {
      do { return "\(try valueAndGradients(at: [tensor]) { try $0[0].sum() })" } catch {
        return "\(error)"
      }
    }
    #expect(
      words(Tensor([1, 2]))
        == "valueAndGradients: needs float32 or float64, found int64 of shape [2]. Convert with "
        + "cast(to: .float32).")
    #expect(
      words(.deferred).hasPrefix("valueAndGradients: an operand is deferred: it has no value"))
  }

  @Test("as numbers of threads", arguments: integers) func threads(_ number: Int) async {
    await #expect(processExitsWith: .success) { [number] in
      Parallel.threads = number
      let threads = Parallel.threads
      precondition((1...Parallel.mostThreads).contains(threads))
      let x = try Tensor.ones([1 << 18])
      let sum = try (x + x).sum().item()
      precondition(sum == Double(1 << 19))
    }
  }

  #if os(Linux)
    /// What the process may take counts, not only what the machine has.
    // The checking device holds every result twice, and its own copies do not ask.
    @Test(
      "more than the process may have is an error, and what was freed is had again",
      .enabled(if: ProcessInfo.processInfo.environment["LIGATURE_DEVICE"] != "checking"))
    func processLimits() async {
      await #expect(processExitsWith: .success) {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_DATA.rawValue)
        getrlimit(kind, &limit)
        limit.rlim_cur = 700 << 20
        setrlimit(kind, &limit)
        func isRefused(_ body: () throws -> Tensor) -> Bool {
          do { _ = try body() } catch { return error is TensorError }
          return false
        }
        precondition(isRefused { try .zeros([1 << 28]) })
        var held: [Tensor] = []
        while held.count < 100,
          !isRefused({
            held.append(try .zeros([4 << 20]))
            return held[held.count - 1]
          })
        {}
        precondition((2..<100).contains(held.count))
        // Buffers of one size that were freed make room for those of another.
        held = []
        let large = try Tensor.ones([24 << 20])
        precondition(large.count == 24 << 20)
        Parallel.freeUnusedMemory()
      }
    }
  #endif
}
