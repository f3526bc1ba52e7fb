import Foundation
import LigatureTensors

/// The batches of a run in order, some of them made before they are needed.
///
/// Each batch is a function of its request alone, so that threads change when it is made and never
/// what it is. At most ``DataSource/prefetchedBatches`` wait or are being made; those of a run that
/// has ended are dropped when they are done.
final class BatchStream {
  private let source: any DataSource
  private let seed: UInt64
  private var pending: [(request: BatchRequest, slot: BatchSlot)] = []
  private let queue = DispatchQueue(label: "ligature.batches", attributes: .concurrent)

  init(_ source: any DataSource, seed: UInt64) {
    self.source = source
    self.seed = seed
  }

  /// The batch of a step, of an epoch whose batches have these observations.
  ///
  /// - Throws: ``BatchError`` with what the source throws.
  func batch(_ step: Int, of batches: [[Int]], epoch: Int) throws -> TrainingData {
    guard batches.indices.contains(step) else {
      throw TensorError(
        "train", "step \(step + 1) of \(batches.count) was asked for",
        remedy: "Give a source whose number of observations does not change")
    }
    func request(_ step: Int) -> BatchRequest {
      BatchRequest(batches[step], seed: seed, epoch: epoch, step: step)
    }
    let wanted = request(step)
    do {
      guard source.prefetchedBatches > 0 else { return try Self.checked(source, wanted) }
      // Those of another place wait for nobody: the run was resumed elsewhere.
      if pending.first?.request != wanted { pending = [] }
      let end = min(batches.count, step + 1 + source.prefetchedBatches)
      for next in (step + pending.count)..<max(end, step + pending.count) {
        pending.append((request(next), start(request(next))))
      }
      return try pending.removeFirst().slot.value()
    } catch {
      pending = []
      throw error is CancellationError
        ? error : BatchError(epoch: epoch + 1, step: step + 1, underlying: error)
    }
  }

  private func start(_ request: BatchRequest) -> BatchSlot {
    let slot = BatchSlot()
    queue.async { [source] in
      slot.fill(Result { try Self.checked(source, request) })
    }
    return slot
  }

  private static func checked(
    _ source: any DataSource, _ request: BatchRequest
  ) throws -> TrainingData {
    let batch = try source.batch(request)
    guard batch.count == request.observations.count else {
      throw TensorError(
        "train",
        "the source was asked for \(counted(request.observations.count, "observation")) and gave "
          + "\(batch.count)",
        remedy: "Give an observation for each number, in their order")
    }
    return batch
  }
}

/// A place for a batch that another thread makes.
private final class BatchSlot: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  private let result = Lock<Result<TrainingData, any Error>?>(nil)

  func fill(_ batch: Result<TrainingData, any Error>) {
    result.withLock { $0 = batch }
    done.signal()
  }

  /// Waits for the batch; to be called once.
  func value() throws -> TrainingData {
    done.wait()
    guard let batch = result.withLock({ $0 }) else { throw CancellationError() }
    return try batch.get()
  }
}
