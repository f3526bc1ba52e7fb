import LigatureNetworks

/// What a solver that searches remembers between two steps.
struct SearchMemory: Sendable {
  /// The learnables whose numbers the vectors below are made of, in order.
  var parameters: [Parameter] = []
  /// Where the last step ended. Whoever moves learnables meanwhile makes the memory worthless.
  var point: [Double] = []
  /// What the loss was there, and its slope; nil where they must be computed anew.
  var known: Known?
  /// The last steps, and the changes of slope over them, the oldest first.
  var pairs: [Pair] = []
  /// How much the next step is damped; nil before the first.
  var damping: Double?

  struct Known: Sendable {
    var loss: Double
    var slope: [Double]
    /// The penalties' factors of each learnable, which both have.
    var factors: [Double]
  }

  struct Pair: Sendable {
    var step: [Double]
    var change: [Double]
  }

  /// Forgets what is of other learnables, or of another place than where they are.
  mutating func forget(unlessAt point: [Double], of parameters: [Parameter]) {
    guard
      self.point != point || !self.parameters.elementsEqual(parameters, by: { $0 === $1 })
    else { return }
    self = SearchMemory(parameters: parameters, point: point, damping: damping)
  }
}
