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
      case .adam(let step):
        guard let second else { return }
        var settings = LKAdam(step)
        lk_adam(kind, range.count, &settings, g, w, m, second.pointer + start)
      case .adamax(let step):
        guard let second else { return }
        var settings = LKAdam(step)
        lk_adamax(kind, range.count, &settings, g, w, m, second.pointer + start)
      case .lion(let step):
        var settings = LKAdam(step)
        lk_lion(kind, range.count, &settings, g, w, m)
      case .momentum(let learnRate, let momentum, let isNesterov, let l2):
        lk_momentum(kind, range.count, learnRate, momentum, isNesterov ? 1 : 0, l2, 1, g, w, m)
      case .rmsProp(let learnRate, let decay, let epsilon, let l2):
        lk_rmsprop(kind, range.count, learnRate, decay, epsilon, l2, 1, g, w, m)
      }
    }
  }
}

extension LKAdam {
  fileprivate init(_ step: AdamStep) {
    self.init(
      learn_rate: step.learnRate, beta1: step.gradientDecay, beta2: step.squaredGradientDecay,
      epsilon: step.epsilon, l2: step.l2, gradient_scale: 1,
      correction1: 1 - Portable.power(step.gradientDecay, step.count),
      correction2: 1 - Portable.power(step.squaredGradientDecay, step.count),
      decoupled_decay: step.weightDecay)
  }
}
