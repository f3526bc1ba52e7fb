import Foundation
import LigatureNetworks
import LigatureTraining

extension TrainingLog {
  /// A run for TensorBoard in a folder: the network's graph, loss, learn rate and gradient norm of
  /// each step, metrics of each epoch, loss and metrics of validation data when they are measured,
  /// and, after each epoch, how the numbers of each learnable are distributed.
  ///
  ///     TrainingOptions(logs: [.tensorBoard(in: URL(filePath: "runs/first"))])
  ///
  /// `tensorboard --logdir runs` shows it while it runs. A run that goes on from a checkpoint hides
  /// what was written of later steps. Other things of your own go through a ``TensorBoardWriter``
  /// into the same folder.
  ///
  /// - Parameters:
  ///   - folder: a folder of this run alone; made where it is missing.
  ///   - histograms: whether learnables are looked at after each epoch, O(learnables).
  public static func tensorBoard(in folder: URL, histograms: Bool = true) -> TrainingLog {
    TrainingLog { _ in TensorBoardLog(folder, histograms: histograms) }
  }
}

private final class TensorBoardLog: TrainingWatcher {
  private let folder: URL
  private let histograms: Bool
  private var writer: TensorBoardWriter?
  private var attempt: Forgiving

  init(_ folder: URL, histograms: Bool) {
    self.folder = folder
    self.histograms = histograms
    attempt = Forgiving("TensorBoard's files cannot be written to \(folder.path)")
  }

  func didBegin(_ run: WatchedTraining) {
    attempt.perform {
      let writer = try TensorBoardWriter(in: folder)
      self.writer = writer
      if run.iteration > 0 {
        try writer.restart(after: run.iteration)
      } else {
        try writer.graph(run.network)
      }
    }
  }

  func didStep(_ progress: TrainingProgress, of run: WatchedTraining) {
    guard let writer else { return }
    let step = progress.totalIterations
    attempt.perform {
      try writer.scalar("training/loss", progress.loss, step: step)
      try writer.scalar("training/learn rate", progress.learnRate, step: step)
      if let norm = progress.gradientNorm {
        try writer.scalar("training/gradient norm", norm, step: step)
      }
      if let validation = progress.validation {
        try writer.scalar("validation/loss", validation.loss, step: step)
        for (name, value) in validation.metrics.sorted(by: { $0.key < $1.key }) {
          try writer.scalar("validation/\(name)", value, step: step)
        }
      }
      guard progress.endsEpoch else { return }
      for (name, value) in progress.metrics.sorted(by: { $0.key < $1.key }) {
        try writer.scalar("training/\(name)", value, step: step)
      }
      guard histograms else { return }
      for learnable in run.network.learnables where !learnable.parameter.isDeferred {
        try writer.histogram(learnable.path, learnable.parameter.value, step: step)
      }
    }
  }
}
