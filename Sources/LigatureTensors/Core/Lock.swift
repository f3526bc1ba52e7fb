import Foundation

/// A value that one thread at a time may look at or change.
///
/// A POSIX mutex, which the thread sanitizer knows: of `Synchronization.Mutex`, a futex on Linux,
/// it sees nothing and reports every use as a race. Not recursive. Copies are the same lock.
package struct Lock<Value>: @unchecked Sendable {
  /// Value and mutex in one piece of memory, which stays where it is.
  private let memory: ManagedBuffer<Value, pthread_mutex_t>

  package init(_ value: Value) {
    memory = LockMemory<Value>.create(minimumCapacity: 1) { _ in value }
    memory.withUnsafeMutablePointerToElements { mutex in
      mutex.initialize(to: pthread_mutex_t())
      _ = pthread_mutex_init(mutex, nil)
    }
  }

  /// Runs `body` with the value, when no other thread does.
  package func withLock<Result>(
    _ body: (inout Value) throws -> Result
  ) rethrows -> Result {
    try memory.withUnsafeMutablePointers { value, mutex in
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return try body(&value.pointee)
    }
  }
}

private final class LockMemory<Value>: ManagedBuffer<Value, pthread_mutex_t> {
  deinit { _ = withUnsafeMutablePointerToElements { pthread_mutex_destroy($0) } }
}
