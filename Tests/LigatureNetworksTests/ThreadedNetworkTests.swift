import Foundation
import LigatureLayers
import LigatureTensors
import TestSupport
import Testing

@testable import LigatureNetworks

/// Several threads on one network: each gets what is right, or an error in words. Run under the
/// thread sanitizer too, see `.ci/run`.
@Suite("Threads on one network", .serialized)
struct ThreadedNetworkTests {
  /// Runs bodies at the same time, each on a thread of its own, and returns what they threw.
  private func together(_ bodies: [@Sendable () throws -> Void]) -> [String] {
    let errors = Lock<[String]>([])
    let group = DispatchGroup()
    for body in bodies {
      group.enter()
      Thread {
        do { try body() } catch { errors.withLock { $0.append("\(error)") } }
        group.leave()
      }.start()
    }
    group.wait()
    return errors.withLock { $0 }
  }

  private func network() throws -> Network {
    try Network(input: Layout("BC", [nil, 4])) {
      FullyConnected(6).named("a"); Tanh()
      FullyConnected(6).named("b"); Tanh()
      FullyConnected(2).named("c")
    }
  }

  @Test("eight that predict get the values of one")
  func predictions() throws {
    let network = Network {
      FullyConnected(5); Tanh(); LSTM(3); FullyConnected(2)
    }
    let input = try numbers([3, 4, 2])
    let fresh = try network.copy()
    let wanted = try fresh.predict(input)
    let predicting: @Sendable () throws -> Void = {
      for _ in 0..<10 {
        let found = try network.predict(input)
        #expect(try found.isIdentical(to: wanted))
      }
    }
    let errors = together([_](repeating: predicting, count: 8))
    #expect(errors == [])
  }

  @Test("casts and predictions give one type or the other, or an error in words")
  func casting() throws {
    let network = try network()
    let errors = together([
      {
        for round in 0..<40 { try network.cast(to: round % 2 == 0 ? .float64 : .float32) }
      },
      {
        for _ in 0..<40 {
          let type = network.scalarType
          do { _ = try network.predict(numbers([2, 4], type)) } catch is LayerError {}
        }
      },
    ])
    #expect(errors == [])
    #expect(Set(network.parameters.map(\.value.scalarType)) == [.float32])
  }

  @Test("ties, snapshots and copies meanwhile leave a whole network")
  func ties() throws {
    let network = try network()
    try network.untieAll()
    let errors = together([
      {
        for _ in 0..<30 {
          try network.tie("b/bias", to: "a/bias")
          try network.untie("b/bias")
        }
      },
      { for _ in 0..<30 { network.snapshot().restore() } },
      { for _ in 0..<10 { _ = try network.copy().predict(numbers([2, 4])) } },
      { for _ in 0..<30 { _ = try network.predict(numbers([2, 4])) } },
    ])
    // A snapshot may have put a tie back between the two calls.
    #expect(errors.allSatisfy { $0.hasPrefix("b/bias: is ") }, "\(errors)")
    #expect(network.learnableCount > 0)
  }
}

extension Network {
  fileprivate func untieAll() throws {
    for tie in ties where !tie.aliases.isEmpty { for alias in tie.aliases { try untie(alias) } }
  }
}
