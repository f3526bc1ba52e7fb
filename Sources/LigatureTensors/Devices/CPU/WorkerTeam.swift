import Foundation
import LigatureKernels
import Synchronization

/// Threads that stay: a step has dozens of short parallel stretches, and waking a sleeping thread
/// costs as much as many of them. Workers spin for some tens of microseconds after a job before
/// they sleep.
///
/// One job runs at a time. Pieces of it are claimed one by one, by the caller too, so a worker that
/// comes late costs nothing but its help. A job that is started while another runs, or inside one,
/// runs on its own thread alone.
final class WorkerTeam: @unchecked Sendable {
  static let shared = WorkerTeam()

  /// Rounds of waiting before a thread sleeps or yields.
  private static let patience = 4000

  /// The job's number, its count of pieces, and the next unclaimed piece, in one word, so that a
  /// claim is valid for the job it was meant for or fails.
  private struct Ticket {
    static let empty = Ticket(job: 0, pieces: 0)
    var word: UInt64

    init(word: UInt64) { self.word = word }
    init(job: UInt64, pieces: Int) { word = job << 32 | UInt64(pieces) << 16 }

    var next: Int { Int(word & 0xffff) }
    var pieces: Int { Int(word >> 16 & 0xffff) }
    var job: UInt64 { word >> 32 }
    var isOpen: Bool { next < pieces }
    var claimed: Ticket { Ticket(word: word + 1) }
  }

  static let maximumPieces = 0xffff

  private let ticket = Atomic<UInt64>(Ticket.empty.word)
  private let finished = Atomic<Int>(0)
  private let isBusy = Atomic<Bool>(false)
  private let sleeping = Atomic<Int>(0)
  private let wakeUp = NSCondition()
  private var workers = 0
  /// Written by the caller before it opens a ticket, read only by those who hold a claim on it.
  private var body: ((Int) -> Void)?

  /// Runs `body` for 0..<pieces on up to `threads` threads, this one included, and returns when all
  /// are done.
  func run(_ pieces: Int, threads: Int, _ body: @escaping (Int) -> Void) {
    guard pieces > 1, threads > 1, pieces <= Self.maximumPieces,
      isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else {
      for piece in 0..<pieces { body(piece) }
      return
    }
    while workers < min(threads, pieces) - 1 { addWorker() }
    self.body = body
    finished.store(0, ordering: .relaxed)
    let job = (Ticket(word: ticket.load(ordering: .relaxed)).job + 1) & 0xffff_ffff
    ticket.store(
      Ticket(job: job, pieces: pieces).word, ordering: .sequentiallyConsistent)
    if sleeping.load(ordering: .sequentiallyConsistent) > 0 {
      wakeUp.lock()
      wakeUp.broadcast()
      wakeUp.unlock()
    }
    while runOnePiece() {}
    var rounds = 0
    while finished.load(ordering: .acquiring) < pieces {
      lk_spin_hint()
      rounds += 1
      if rounds > Self.patience { sched_yield() }
    }
    self.body = nil
    isBusy.store(false, ordering: .releasing)
  }

  /// Claims and runs a piece; false when there is none.
  private func runOnePiece() -> Bool {
    var word = ticket.load(ordering: .acquiring)
    while Ticket(word: word).isOpen {
      let claim = ticket.weakCompareExchange(
        expected: word, desired: Ticket(word: word).claimed.word, ordering: .acquiringAndReleasing)
      if claim.exchanged {
        body?(Ticket(word: word).next)
        finished.add(1, ordering: .releasing)
        return true
      }
      word = claim.original
    }
    return false
  }

  private func addWorker() {
    workers += 1
    let thread = Thread { [self] in
      var rounds = 0
      while true {
        if runOnePiece() {
          rounds = 0
        } else if rounds < Self.patience {
          lk_spin_hint()
          rounds += 1
        } else {
          sleep()
          rounds = 0
        }
      }
    }
    thread.name = "ligature.worker"
    thread.qualityOfService = .userInitiated
    thread.start()
  }

  private func sleep() {
    wakeUp.lock()
    sleeping.add(1, ordering: .sequentiallyConsistent)
    while !Ticket(word: ticket.load(ordering: .sequentiallyConsistent)).isOpen { wakeUp.wait() }
    sleeping.subtract(1, ordering: .sequentiallyConsistent)
    wakeUp.unlock()
  }
}
