import LigatureKernels

/// A convolution on numbers that are the same in every run, and its formula as it reads.
struct ConvolutionRun<S: KernelScalar> {
  /// One number an axis, of three.
  typealias Axes = [Int]

  var batch = 1
  var inputs = 1
  var outputs = 1
  var groups = 1
  var size: Axes
  var kernel: Axes
  var stride: Axes = [1, 1, 1]
  var dilation: Axes = [1, 1, 1]
  var before: Axes = [0, 0, 0]
  var after: Axes = [0, 0, 0]

  var output: Axes {
    (0..<3).map { axis in
      let extent = (kernel[axis] - 1) * dilation[axis] + 1
      return (size[axis] + before[axis] + after[axis] - extent) / stride[axis] + 1
    }
  }

  var xCount: Int { batch * size.reduce(1, *) * inputs }
  var yCount: Int { batch * output.reduce(1, *) * outputs }
  var filterCount: Int { kernel.reduce(1, *) * inputs / groups * outputs }

  var x: [S] { numbers(1, xCount) }
  var y: [S] { numbers(2, yCount) }
  var filters: [S] { numbers(3, filterCount) }
  func bias(_ count: Int) -> [S] { numbers(4, count) }

  private func numbers(_ seed: UInt64, _ count: Int) -> [S] {
    var numbers = Numbers(seed: seed * 7919 + UInt64(count))
    return numbers.array(count)
  }

  var sizes: LKConvolution {
    func three(_ list: Axes) -> (Int, Int, Int) { (list[0], list[1], list[2]) }
    return LKConvolution(
      batch: batch, inputs: inputs, outputs: outputs, groups: groups, size: three(size),
      kernel: three(kernel), output: three(output), stride: three(stride),
      dilation: three(dilation), before: three(before))
  }

  /// One way through it, in pieces: onto zeros, or added to ones.
  func run(
    _ way: LKConvolutionWay, parts: Int = 1, cut: Int = 0, hasBias: Bool = false,
    accumulate: Bool = false
  ) -> [S] {
    var sizes = sizes
    let forward = way == LK_CONVOLUTION_FORWARD
    let source = Block(forward ? x : y)
    let target = Block([S](repeating: accumulate ? 1 : .nan, count: forward ? yCount : xCount))
    let filters = Block(filters)
    let bias = Block(bias(forward ? outputs : inputs))
    let packed = Block<S>(count: lk_convolution_packed(S.kind, &sizes, way))
    lk_convolution_pack(S.kind, &sizes, way, filters.pointer, packed.pointer)
    let bytes = lk_convolution_workspace(S.kind, &sizes, way, parts)
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    defer { workspace.deallocate() }
    let count = batch * parts
    for (first, last) in [(0, min(cut, count)), (min(cut, count), count)] {
      lk_convolution(
        S.kind, &sizes, way, source.pointer, packed.pointer, hasBias ? bias.pointer : nil,
        target.pointer, accumulate ? 1 : 0, parts, first, last - first, workspace)
    }
    return target.values
  }

  /// The gradient in the filters, its shares added, each in two pieces.
  func filterGradient() -> [S] {
    var sizes = sizes
    let (x, y) = (Block(x), Block(y))
    let bytes = lk_convolution_weights_workspace(S.kind, &sizes)
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    defer { workspace.deallocate() }
    let sections = lk_convolution_sections(S.kind, &sizes)
    var sum = [S](repeating: 0, count: filterCount)
    for share in 0..<lk_convolution_shares(S.kind, &sizes) {
      let part = Block<S>(count: filterCount)
      for (first, last) in [(0, sections / 2), (sections / 2, sections)] where first < last {
        lk_convolution_weights(
          S.kind, &sizes, share, first, last - first, x.pointer, y.pointer, part.pointer, workspace)
      }
      for place in sum.indices { sum[place] += part[place] }
    }
    return sum
  }

  /// Calls `body` with the places of x, y and the filters, for each product that there is.
  func eachProduct(_ body: (_ x: Int, _ y: Int, _ filter: Int) -> Void) {
    func places(_ sizes: Axes) -> [Axes] {
      (0..<sizes[0]).flatMap { z in
        (0..<sizes[1]).flatMap { y in (0..<sizes[2]).map { [z, y, $0] } }
      }
    }
    func number(_ place: Axes, _ sizes: Axes) -> Int {
      (place[0] * sizes[1] + place[1]) * sizes[2] + place[2]
    }
    let depth = inputs / groups
    for n in 0..<batch {
      for target in places(output) {
        for tap in places(kernel) {
          let source = (0..<3).map {
            target[$0] * stride[$0] + tap[$0] * dilation[$0] - before[$0]
          }
          guard (0..<3).allSatisfy({ (0..<size[$0]).contains(source[$0]) }) else { continue }
          let pixel = n * size.reduce(1, *) + number(source, size)
          let result = n * output.reduce(1, *) + number(target, output)
          for o in 0..<outputs {
            let group = o / (outputs / groups)
            for i in 0..<depth {
              body(
                pixel * inputs + group * depth + i, result * outputs + o,
                (number(tap, kernel) * depth + i) * outputs + o)
            }
          }
        }
      }
    }
  }
}
