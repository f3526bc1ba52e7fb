import Testing

@testable import LigatureTensors

@Suite("Attention") struct AttentionTests {
  private static let inputs: [Tensor] = {
    var stream = RandomStream(seed: 3)
    let shapes = [[2, 1, 5, 3], [2, 2, 6, 3], [2, 2, 6, 2], [2, 1, 5, 6], [1, 2, 1, 6]]
    return shapes.compactMap { try? stream.normal($0, .float64) }
  }()

  /// All that attention can be told, in blocks of `rows` queries.
  private func attended(_ x: [Tensor], causal: Bool, rows: Int?) throws -> Tensor {
    try attention(
      x[0], x[1], x[2], mask: Tensor([1.0, 1, 0, 1, 1, 1]), bias: x[3], keyLengths: [6, 4],
      causal: causal, factors: x[4], blockRows: { _ in rows })
  }

  @Test("in blocks of queries has the values of all at once", arguments: [true, false], [1, 2, 4])
  func blocks(causal: Bool, rows: Int) throws {
    let wanted = try attended(Self.inputs, causal: causal, rows: nil)
    let found = try attended(Self.inputs, causal: causal, rows: rows)
    #expect(try found.isClose(to: wanted, relative: 1e-13, absolute: 1e-14))
    let plain = try attention(
      Self.inputs[0], Self.inputs[1], Self.inputs[2], causal: causal, blockRows: { _ in nil })
    let parted = try attention(
      Self.inputs[0], Self.inputs[1], Self.inputs[2], causal: causal, blockRows: { _ in rows })
    #expect(try parted.isClose(to: plain, relative: 1e-13, absolute: 1e-14))
  }

  @Test("in blocks of queries has the derivatives of all at once", arguments: [true, false])
  func derivatives(causal: Bool) throws {
    func slopes(_ x: [Tensor], _ rows: Int?) throws -> [Tensor] {
      try valueAndGradients(at: x) { x in
        try square(attended(x, causal: causal, rows: rows)).sum()
      }.gradients.map { try #require($0) }
    }
    func curvatures(_ rows: Int?) throws -> [Tensor] {
      try valueAndGradients(at: Self.inputs) { x in
        try slopes(x, rows).reduce(.zeros([], .float64)) { try $0 + square($1).sum() }
      }.gradients.map { try #require($0) }
    }
    for (found, wanted) in zip(try slopes(Self.inputs, 2), try slopes(Self.inputs, nil)) {
      #expect(try found.isClose(to: wanted, relative: 1e-12, absolute: 1e-13))
    }
    for (found, wanted) in zip(try curvatures(2), try curvatures(nil)) {
      #expect(try found.isClose(to: wanted, relative: 1e-10, absolute: 1e-11))
    }
  }

  /// Steps, key steps, features, value features, causal, key lengths.
  private static let sizes: [(Int, Int, Int, Int, Bool, [Int]?)] = [
    (1, 1, 1, 1, false, nil), (5, 7, 3, 2, false, [7, 4]), (66, 66, 9, 17, true, nil),
    (70, 600, 4, 33, false, [600, 513]), (130, 129, 2, 3, true, [129, 0]), (9, 4, 5, 6, true, nil),
    (3, 530, 2, 2, true, [530, 1]), (4, 6, 3, 0, false, nil), (0, 3, 2, 2, false, nil),
  ]

  @Test("without the matrix of weights has its values and derivatives", arguments: 0..<9)
  func fused(_ number: Int) throws {
    let (steps, keySteps, features, values, causal, lengths) = Self.sizes[number]
    var stream = RandomStream(seed: 11)
    let inputs = try [
      stream.normal([2, 3, steps, features], .float64),
      stream.normal([2, 1, keySteps, features], .float64),
      stream.normal([1, 3, keySteps, values], .float64),
    ]
    func slopes(_ x: [Tensor], isFused: Bool) throws -> (Tensor, [Tensor]) {
      let found = try valueAndGradients(at: x) { x in
        let y =
          try isFused
          ? scaledDotProductAttention(
            queries: x[0], keys: x[1], values: x[2], keyLengths: lengths, causal: causal)
          : attention(
            x[0], x[1], x[2], keyLengths: lengths, causal: causal, blockRows: { _ in nil })
        return try (square(y) + y).sum()
      }
      return (found.value, try found.gradients.map { try #require($0) })
    }
    let (value, gradients) = try slopes(inputs, isFused: true)
    let (plain, plainGradients) = try slopes(inputs, isFused: false)
    #expect(try value.isClose(to: plain, relative: 1e-12, absolute: 1e-12))
    for (found, wanted) in zip(gradients, plainGradients) {
      #expect(try found.isClose(to: wanted, relative: 1e-11, absolute: 1e-12))
    }
    func curvatures(isFused: Bool) throws -> [Tensor] {
      try valueAndGradients(at: inputs) { x in
        try slopes(x, isFused: isFused).1.reduce(.zeros([], .float64)) {
          try $0 + square($1).sum()
        }
      }.gradients.map { try #require($0) }
    }
    for (found, wanted) in zip(try curvatures(isFused: true), try curvatures(isFused: false)) {
      #expect(try found.isClose(to: wanted, relative: 1e-9, absolute: 1e-11))
    }
  }

  @Test("has the same bits from views of rows that lie apart, and on any number of threads")
  func views() throws {
    var stream = RandomStream(seed: 12)
    let apart = try (0..<3).map { _ in try stream.normal([1, 600, 2, 8]).permuted([0, 2, 1, 3]) }
    func found(_ x: [Tensor]) throws -> [Tensor] {
      let found = try valueAndGradients(at: x) { x in
        try square(scaledDotProductAttention(queries: x[0], keys: x[1], values: x[2])).sum()
      }
      return try [found.value] + found.gradients.map { try #require($0) }
    }
    let wanted = try found(apart.map { try $0.detached.reshaped(to: [1, 2, 600, 8]) })
    let threads = Parallel.threads
    defer { Parallel.threads = threads }
    for count in [1, 2, 3, 8] {
      Parallel.threads = count
      for (found, wanted) in zip(try found(apart), wanted) {
        #expect(try found.isIdentical(to: wanted))
      }
    }
  }

  @Test("of long sequences goes block by block, and of short ones at once")
  func sizes() throws {
    func rows(_ shape: [Int]) throws -> Int? {
      let x = try Tensor.zeros([], .float32).broadcast(to: shape)
      return try AttentionSizes(x, x, x).blockRows
    }
    #expect(try rows([8, 511, 64]) == nil)
    #expect(try rows([8, 1024, 64]) == 64)
    #expect(try rows([32, 8, 1024, 64]) == 32)
    #expect(try rows([1, 512, 4]) == nil, "there is nothing to save")
  }

  @Test("refuses what does not fit, in words")
  func refusals() throws {
    let x = try Tensor.zeros([2, 3, 4])
    func words(_ body: () throws -> Tensor) -> String {
      do { return "\(try body().shape)" } catch { return "\(error)" }
    }
    #expect(
      words { try scaledDotProductAttention(queries: x, keys: .zeros([2, 3, 5]), values: x) }
        == "scaledDotProductAttention: queries float32 [2, 3, 4], keys float32 [2, 3, 5] and values "
        + "float32 [2, 3, 4] do not fit. Give [..., steps, features], [..., keySteps, features] "
        + "and [..., keySteps, valueFeatures] of one type, with at least one feature.")
    #expect(
      words { try scaledDotProductAttention(queries: x, keys: x, values: x, keyLengths: [4, 1]) }
        == "scaledDotProductAttention: the lengths [4, 1] of 2 sequences do not fit keys of shape "
        + "[2, 3, 4]. Give a number of 0...3 for each element of the first axis.")
    #expect(
      words {
        try scaledDotProductAttention(queries: x, keys: x, values: x, mask: .ones([2, 2, 3]))
      }
        == "scaledDotProductAttention: the mask of float32 [2, 2, 3] does not fit scores of float32 "
        + "[2, 3, 3]. Give float32 of a shape that stretches to [..., steps, keySteps].")
    #expect(
      words { try scaledDotProductAttention(queries: x, keys: x, values: x, scale: .nan) }
        == "scaledDotProductAttention: the scale is nan. Give a finite number.")
    #expect(
      words { try embedding(Tensor([0, 1.5]), vectors: x[0]) }
        == "embedding: the index of observation 1 is 1.5, which is no whole number. "
        + "Number classes from 0 to 2.")
    #expect(
      words { try embedding(Tensor([0, 1, 2, 3], shape: [2, 2]), vectors: x[0]) }
        == "embedding: the index of observation 1, step 1 is 3, of 3 numbers from 0 on. "
        + "Number classes from 0 to 2.")
    #expect(
      words { try embedding(Tensor([0]), vectors: x[0], paddingIndex: 3) }
        == "embedding: the padding index is 3, of 3 vectors. Give the number of a row, from 0, or "
        + "nil.")
    #expect(
      words { try rotaryEmbedding(.zeros([2, 3]), at: .zeros([2])) }
        == "rotaryEmbedding: the vectors have shape [2, 3]. Give [..., time, features] with an even "
        + "number of features.")
    #expect(
      words { try sinusoidalPositions(.zeros([2]), features: 4, base: 0) }
        == "sinusoidalPositions: the base is 0.0. Give a positive number.")
  }
}
