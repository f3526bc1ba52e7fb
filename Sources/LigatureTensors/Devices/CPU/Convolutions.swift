import LigatureKernels

/// Convolutions and their gradients on the processor.
enum Convolutions {
  /// Of [source, filters] or [source, filters, bias].
  static func run(
    _ form: ConvolutionForm, _ way: ConvolutionWay, _ operands: [Tensor], into result: Tensor,
    adding: Bool
  ) {
    guard result.count > 0 else { return }
    let (source, filters) = (operands[0].contiguous(), operands[1].contiguous())
    let bias = operands.count > 2 ? operands[2].contiguous() : nil
    let type = source.scalarType.kernelType
    let inputs = (way == .forward ? source : result).shape.last ?? 1
    var sizes = form.kernelSizes(
      batch: source.shape[0], inputs: inputs, outputs: filters.shape.last ?? 1)
    let direction = way == .forward ? LK_CONVOLUTION_FORWARD : LK_CONVOLUTION_DATA

    let width = source.scalarType.byteCount
    let packed = Storage(byteCount: lk_convolution_packed(type, &sizes, direction) * width)
    lk_convolution_pack(type, &sizes, direction, filters.pointer, packed.pointer)

    // A few pieces for each thread where there are few observations.
    let work = form.multiplyAdds(batch: sizes.batch, filters: filters.shape)
    let wanted = min(2 * Parallel.threads, work / Kernels.productMinimum)
    let parts = max(1, (wanted + sizes.batch - 1) / sizes.batch)
    let count = sizes.batch * parts
    let pieces = Parallel.pieces(
      count, minimum: max(1, Kernels.productMinimum / max(1, work / count)))
    let workspace = Workspaces(
      pieces.count, byteCount: lk_convolution_workspace(type, &sizes, direction, parts))
    let fixed = sizes
    withExtendedLifetime((source, packed, bias, workspace)) {
      Parallel.forEach(pieces) { number, range in
        withUnsafePointer(to: fixed) {
          lk_convolution(
            type, $0, direction, source.pointer, packed.pointer, bias?.pointer, result.pointer,
            adding ? 1 : 0, parts, range.lowerBound, range.count, workspace[number])
        }
      }
    }
  }

  /// Of [x, gradient of the outputs]. Shares of the sum are computed as many at a time as there are
  /// threads, and added in their order.
  static func filters(
    _ form: ConvolutionForm, _ operands: [Tensor], into result: Tensor, adding: Bool
  ) {
    let (x, gradient) = (operands[0].contiguous(), operands[1].contiguous())
    let type = x.scalarType.kernelType
    var sizes = form.kernelSizes(
      batch: x.shape[0], inputs: x.shape.last ?? 1, outputs: gradient.shape.last ?? 1)
    let isEmpty = x.count == 0 || gradient.count == 0
    let shares = isEmpty ? 0 : lk_convolution_shares(type, &sizes)
    guard shares > 0 else {
      if !adding { lk_fill(type, result.count, 0, result.pointer) }
      return
    }
    let sections = lk_convolution_sections(type, &sizes)
    let work = form.multiplyAdds(batch: sizes.batch, filters: result.shape)
    let threads = max(1, min(Parallel.threads, work / Kernels.productMinimum))
    let together = min(shares, threads)
    let cuts = max(1, min(sections, threads / together))
    let bytes = (result.byteCount + 63) & ~63
    // The first round writes one share into the result; later ones, if there are any, do not.
    let sums = Storage(
      byteCount: bytes * (adding || shares > together ? together : max(1, together - 1)))
    let workspace = Workspaces(
      together * cuts, byteCount: lk_convolution_weights_workspace(type, &sizes))
    let fixed = sizes
    withExtendedLifetime((x, gradient, sums, workspace)) {
      for first in stride(from: 0, to: shares, by: together) {
        let now = min(together, shares - first)
        // The first share of all needs no memory of its own.
        let spared = first == 0 && !adding
        let targets = (0..<now).map { number in
          spared && number == 0
            ? result.pointer : sums.pointer + (spared ? number - 1 : number) * bytes
        }
        let tasks = (0..<(now * cuts)).map { $0..<($0 + 1) }
        Parallel.forEach(tasks) { task, _ in
          let (share, cut) = (task / cuts, task % cuts)
          let (start, end) = (sections * cut / cuts, sections * (cut + 1) / cuts)
          withUnsafePointer(to: fixed) {
            lk_convolution_weights(
              type, $0, first + share, start, end - start, x.pointer, gradient.pointer,
              targets[share], workspace[task])
          }
        }
        let added = spared ? targets.dropFirst() : targets[...]
        Parallel.split(result.count, granularity: 64, minimum: Kernels.elementwiseMinimum) { part in
          let offset = part.lowerBound * x.scalarType.byteCount
          for target in added {
            lk_add_scaled(type, part.count, 1, target + offset, result.pointer + offset)
          }
        }
      }
    }
  }
}

/// Scratch memory for pieces that run at the same time, taken before they start.
private struct Workspaces {
  private let storage: Storage
  private let byteCount: Int

  init(_ count: Int, byteCount: Int) {
    self.byteCount = (byteCount + 63) & ~63
    storage = Storage(byteCount: self.byteCount * count)
  }

  subscript(number: Int) -> UnsafeMutableRawPointer { storage.pointer + number * byteCount }
}

extension ConvolutionForm {
  /// What the kernels call this, with axes of size 1 before those that there are.
  fileprivate func kernelSizes(batch: Int, inputs: Int, outputs: Int) -> LKConvolution {
    func three(_ values: [Int], _ fill: Int) -> (Int, Int, Int) {
      let all = [Int](repeating: fill, count: 3 - values.count) + values
      return (all[0], all[1], all[2])
    }
    return LKConvolution(
      batch: batch, inputs: inputs, outputs: outputs, groups: groups, size: three(size, 1),
      kernel: three(kernel, 1), output: three(output, 1), stride: three(stride, 1),
      dilation: three(dilation, 1), before: three(before, 0))
  }
}
