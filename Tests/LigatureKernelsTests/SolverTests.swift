import LigatureKernels
import Testing

extension KernelTests {
  @Suite struct Solvers {
    /// Parameters, gradient and moments before a step.
    struct Start<S: KernelScalar> {
      var g: [S], w: [S], m: [S], v: [S]
      init(_ size: Int) {
        var numbers = Numbers(seed: UInt64(100 + size))
        g = numbers.array(size)
        w = numbers.array(size)
        m = numbers.array(size)
        v = numbers.array(size, from: 0.01, to: 1)
      }
    }

    @Test(
      "an Adam step equals the formula, with clipping, decay and L2", arguments: Configuration.all)
    func adam(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let settings = LKAdam(
          learn_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, l2: 0.03, gradient_scale: 0.5,
          correction1: 0.271, correction2: 0.002997, decoupled_decay: 0.1)
        for size in raggedSizes {
          let start = Start<S>(size)
          var next = start
          withUnsafePointer(to: settings) {
            lk_adam(S.kind, size, $0, start.g, &next.w, &next.m, &next.v)
          }
          var (w, m, v) = ([Double](), [Double](), [Double]())
          for i in 0..<size {
            let old = Double(start.w[i])
            let g = 0.5 * Double(start.g[i]) + 0.03 * old
            m.append(0.9 * Double(start.m[i]) + 0.1 * g)
            v.append(0.999 * Double(start.v[i]) + 0.001 * g * g)
            let step = 0.01 * (m[i] / 0.271) / ((v[i] / 0.002997).squareRoot() + 1e-8)
            w.append(old - 0.01 * 0.1 * old - step)
          }
          expectClose(next.m, m, tolerance: S.tolerance, "first moment")
          expectClose(next.v, v, tolerance: S.tolerance, "second moment")
          expectClose(next.w, w, tolerance: S.tolerance, "parameters")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "a momentum step equals the formula, Nesterov's too", arguments: Configuration.all,
      [false, true])
    func momentum(_ configuration: Configuration, nesterov: Bool) {
      func body<S: KernelScalar>(_: S.Type) {
        for size in raggedSizes {
          let start = Start<S>(size)
          var next = start
          lk_momentum(
            S.kind, size, 0.01, 0.9, nesterov ? 1 : 0, 0.03, 0.5, start.g, &next.w, &next.m)
          let move = (0..<size).map {
            0.01 * (0.5 * Double(start.g[$0]) + 0.03 * Double(start.w[$0]))
          }
          let velocity = zip(start.m, move).map { 0.9 * Double($0) - $1 }
          expectClose(next.m, velocity, tolerance: S.tolerance, "velocity")
          let w = (0..<size).map {
            Double(start.w[$0]) + (nesterov ? 0.9 * velocity[$0] - move[$0] : velocity[$0])
          }
          expectClose(next.w, w, tolerance: S.tolerance, "parameters")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("an AdaMax step equals the formula", arguments: Configuration.all)
    func adamax(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let settings = LKAdam(
          learn_rate: 0.01, beta1: 0.9, beta2: 0.8, epsilon: 1e-8, l2: 0.03, gradient_scale: 0.5,
          correction1: 0.271, correction2: 0, decoupled_decay: 0)
        for size in raggedSizes {
          let start = Start<S>(size)
          var next = start
          withUnsafePointer(to: settings) {
            lk_adamax(S.kind, size, $0, start.g, &next.w, &next.m, &next.v)
          }
          let g = zip(start.g, start.w).map { 0.5 * Double($0) + 0.03 * Double($1) }
          let m = zip(start.m, g).map { 0.9 * Double($0) + 0.1 * $1 }
          let u = zip(start.v, g).map { max(0.8 * Double($0), abs($1) + 1e-8) }
          expectClose(next.m, m, tolerance: S.tolerance, "first moment")
          expectClose(next.v, u, tolerance: S.tolerance, "bound")
          let w = (0..<size).map { Double(start.w[$0]) - 0.01 / 0.271 * m[$0] / u[$0] }
          expectClose(next.w, w, tolerance: S.tolerance, "parameters")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("a Lion step equals the formula, and stays where all is 0", arguments: Configuration.all)
    func lion(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let settings = LKAdam(
          learn_rate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 0, l2: 0.03, gradient_scale: 0.5,
          correction1: 0, correction2: 0, decoupled_decay: 0.1)
        for size in raggedSizes {
          var start = Start<S>(size)
          if size > 0 { (start.g[0], start.w[0], start.m[0]) = (0, 0, 0) }
          var next = start
          withUnsafePointer(to: settings) {
            lk_lion(S.kind, size, $0, start.g, &next.w, &next.m)
          }
          let g = zip(start.g, start.w).map { 0.5 * Double($0) + 0.03 * Double($1) }
          let m = zip(start.m, g).map { 0.99 * Double($0) + 0.01 * $1 }
          expectClose(next.m, m, tolerance: S.tolerance, "mean")
          let w = (0..<size).map { place -> Double in
            let way = 0.9 * Double(start.m[place]) + 0.1 * g[place]
            let sign: Double = way > 0 ? 1 : way < 0 ? -1 : 0
            return Double(start.w[place]) * (1 - 0.001) - 0.01 * sign
          }
          expectClose(next.w, w, tolerance: S.tolerance, "parameters")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("an RMSProp step equals the formula", arguments: Configuration.all)
    func rmsprop(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for size in raggedSizes {
          let start = Start<S>(size)
          var next = start
          lk_rmsprop(S.kind, size, 0.01, 0.9, 1e-8, 0.03, 0.5, start.g, &next.w, &next.v)
          let g = zip(start.g, start.w).map { 0.5 * Double($0) + 0.03 * Double($1) }
          let v = zip(start.v, g).map { 0.9 * Double($0) + 0.1 * $1 * $1 }
          expectClose(next.v, v, tolerance: S.tolerance, "second moment")
          let w = (0..<size).map {
            Double(start.w[$0]) - 0.01 * g[$0] / (v[$0].squareRoot() + 1e-8)
          }
          expectClose(next.w, w, tolerance: S.tolerance, "parameters")
        }
      }
      configuration.run { body(configuration.scalar) }
    }
  }
}
