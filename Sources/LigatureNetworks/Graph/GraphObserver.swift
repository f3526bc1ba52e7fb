import LigatureTensors

/// Sees the walk of one graph. Every method does nothing unless written.
protocol GraphObserver: AnyObject {
  /// The inputs have come in, by place.
  func entered(_ inputs: [Tensor])
  /// A learnable has come in that goes through layers as data does.
  func took(_ learnable: Tensor, at place: Int)
  /// A step is about to run, in a network of this path. What this throws, the step throws.
  func willRun(_ step: Schedule.Step, in path: String) throws
  /// A step has run, with so many multiply-adds of matrix products in it.
  func didRun(_ step: Schedule.Step, _ arguments: [Tensor], _ results: [Tensor], multiplyAdds: Int)
  /// Whether the walk goes on without the results of a step; no unless written.
  func absorbs(_ failure: StepFailure, of step: Schedule.Step) -> Bool
  /// The walk has come to its end; not called where a step has thrown.
  func ended(_ outputs: [Tensor])
}

extension GraphObserver {
  func entered(_ inputs: [Tensor]) {}
  func took(_ learnable: Tensor, at place: Int) {}
  func willRun(_ step: Schedule.Step, in path: String) throws {}
  func didRun(
    _ step: Schedule.Step, _ arguments: [Tensor], _ results: [Tensor], multiplyAdds: Int
  ) {}
  func absorbs(_ failure: StepFailure, of step: Schedule.Step) -> Bool { false }
  func ended(_ outputs: [Tensor]) {}
}
