import LigatureKernels

/// Steps of solvers on the processor, each one pass over memory.
enum Solvers {
  static func step(
    _ step: SolverStep, _ gradient: Tensor, value: Tensor, _ first: Tensor, _ second: Tensor?
  ) {
    let gradient = gradient.contiguous()
    let type = value.scalarType
    let kind = type.kernelType
    Parallel.split(value.count, granularity: 1024, minimum: 1 << 14) { range in
      let start = range.lowerBound * type.byteCount
      let (g, w, m) = (gradient.pointer + start, value.pointer + start, first.pointer + start)
      switch step {
      case .adam(
        let learnRate, let beta1, let beta2, let epsilon, let l2, let correction1,
        let correction2, let decay):
        guard let second else { return }
        var settings = LKAdam(
          learn_rate: learnRate, beta1: beta1, beta2: beta2, epsilon: epsilon, l2: l2,
          gradient_scale: 1, correction1: correction1, correction2: correction2,
          decoupled_decay: decay)
        lk_adam(kind, range.count, &settings, g, w, m, second.pointer + start)
      case .momentum(let learnRate, let momentum, let l2):
        lk_momentum(kind, range.count, learnRate, momentum, l2, 1, g, w, m)
      case .rmsProp(let learnRate, let decay, let epsilon, let l2):
        lk_rmsprop(kind, range.count, learnRate, decay, epsilon, l2, 1, g, w, m)
      }
    }
  }
}
