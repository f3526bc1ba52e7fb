import LigatureKernels

/// The processor: kernels over contiguous memory, split over threads. The files of this folder are
/// the only ones that call kernels.
package final class CPUDevice: Device {
  package static let shared = CPUDevice()

  package let name = "CPU"

  private init() { Kernels.sayUnknownSetting() }

  package func allocate(_ byteCount: Int) -> (pointer: UnsafeMutableRawPointer, reserved: Int) {
    let reserved = StoragePool.reserved(for: byteCount)
    return (StoragePool.shared.take(reserved), reserved)
  }

  package func reserve(_ byteCount: Int) -> Bool {
    StoragePool.shared.reserve(StoragePool.reserved(for: byteCount))
  }

  package func free(_ pointer: UnsafeMutableRawPointer, _ reserved: Int) {
    StoragePool.shared.give(pointer, reserved)
  }

  package func recurrence(_ operands: RecurrenceOperands, keeps: Bool) -> any RecurrenceRun {
    RecurrenceSweep(operands, keeps: keeps)
  }

  package func perform(
    _ call: DeviceCall, _ operands: [Tensor], into result: Tensor, _ others: [Tensor],
    adding: Bool
  ) {
    switch call {
    case .fill(let value):
      lk_fill(result.scalarType.kernelType, result.count, value, result.pointer)
    case .copy: Copies.copy(operands[0], into: result, adding: adding)
    case .convert:
      let source = operands[0].contiguous()
      lk_convert(
        source.scalarType.kernelType, result.scalarType.kernelType, result.count, source.pointer,
        result.pointer)
    case .map(let function): Elementwise.map(function, operands[0], into: result)
    case .mapGradient(let function):
      Elementwise.mapGradient(
        function, operands[0], operands[1], into: result, adding: adding)
    case .zip(let function):
      Elementwise.zip(function, operands[0], operands[1], into: result, adding: adding)
    case .select: Elementwise.select(operands, into: result)
    case .addScaled(let scale): Elementwise.addScaled(operands[0], scale, into: result)
    case .product(let activation):
      BatchedProduct(operands[0], operands[1], result.shape).evaluate(
        into: result.pointer, adding: adding,
        bias: operands.count > 2 ? operands[2].contiguous() : nil, activation: activation)
    case .convolution(let form, let way):
      Convolutions.run(form, way, operands, into: result, adding: adding)
    case .convolutionFilters(let form):
      Convolutions.filters(form, operands, into: result, adding: adding)
    case .maximumPlaces(let windows): WindowPlaces.maximum(windows, operands[0], into: result)
    case .takePlaces: WindowPlaces.take(operands[0], operands[1], into: result, adding: adding)
    case .addPlaces: WindowPlaces.add(operands[0], operands[1], into: result)
    case .activationGradient(let activation):
      Rows.activationGradient(
        activation, operands[0], operands[1], into: result, bias: others.first, adding: adding)
    case .reduce(let reduction, let axes):
      Reductions.reduce(reduction, axes, operands[0], into: result, adding: adding)
    case .argExtreme(let axis, let smallest):
      Reductions.argExtreme(operands[0], axis, smallest, into: result)
    case .allWithin(let range):
      let isWithin = Reductions.allWithin(range, operands[0])
      result.pointer.storeBytes(of: isWithin ? 1 : 0, as: UInt8.self)
    case .softmax(let logarithm): Rows.softmax(logarithm, operands[0], into: result)
    case .softmaxGradient(let logarithm):
      Rows.softmaxGradient(logarithm, operands[0], operands[1], into: result, adding: adding)
    case .normalizeRows(let epsilon):
      Rows.normalize(epsilon, operands[0], into: result, mean: others[0], inverse: others[1])
    case .normalizeRowsGradient:
      Rows.normalizeGradient(operands, into: result, adding: adding)
    case .normalizeChannels(let form):
      ChannelNormalization(form, operands[0]).run(
        operands, into: result, statistics: others[0])
    case .normalizeChannelsGradient(let form):
      ChannelNormalization(form, operands[0]).gradient(
        operands, into: result, parameters: others[0], adding: adding)
    case .attention(let form):
      Attentions(form, operands).run(into: result, statistics: others[0])
    case .attentionGradient(let form):
      Attentions(form, Array(operands[..<4])).gradient(
        operands[4], operands[5], into: [result] + others)
    case .gather(let axis): Copies.gather(axis, operands[0], operands[1], into: result)
    case .scatterAdd(let axis): Copies.scatterAdd(axis, operands[0], operands[1], into: result)
    case .takeAlong(let axis): Lines.take(axis, operands[0], operands[1], into: result)
    case .putAlong(let axis):
      Lines.put(axis, operands[0], operands[1], into: result, adding: false)
    case .putAddingAlong(let axis):
      Lines.put(axis, operands[0], operands[1], into: result, adding: true)
    case .scan(let function, let axis, let reversed):
      Lines.scan(function, axis, reversed, operands, into: result)
    case .cumulativeExtreme(let axis, let smallest):
      Lines.cumulativeExtreme(axis, smallest, operands[0], into: result)
    case .argsort(let axis, let descending):
      Lines.argsort(axis, descending, operands[0], into: result)
    case .searchSorted(let right):
      Lines.searchSorted(right, operands[0], operands[1], into: result)
    case .sumIntegers(let axes): Reductions.sumIntegers(axes, operands[0], into: result)
    case .matrix(let function): Matrices.run(function, operands, into: result, others.first)
    case .loss(let loss, let scale):
      Losses.evaluate(loss, operands[0], operands[1], scale, into: result, slopes: others.first)
    case .random(let distribution, let place):
      Randoms.fill(distribution, place, into: result)
    case .solverStep(let step):
      Solvers.step(step, operands[0], value: result, others[0], others.count > 1 ? others[1] : nil)
    }
  }
}
