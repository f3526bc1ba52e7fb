import Foundation
import LigatureTensors

/// A network without its values, as plain records that a file can hold: what is shared is one
/// record, and others refer to it by number.
///
/// A new kind of thing that a ``Graph`` declares (a tie, a wire) gets a property in
/// ``NetworkRecord``, is filled in by ``ArchitectureRecorder``, is judged and put back by
/// ``ArchitectureBuilder``, and is spelled by the JSON of files.
package struct Architecture: Sendable, Equatable {
  /// A graph; that of the whole is the first.
  package struct NetworkRecord: Sendable, Equatable {
    package var seed: UInt64
    package var scalarType: ScalarType
    package var inputs: [Input] = []
    /// In the order of the graph.
    package var layers: [Node] = []
    /// As ``Network/connect(_:to:)`` takes them, those of learnables among them, sorted.
    package var connections: [Connection] = []

    package init(seed: UInt64, scalarType: ScalarType) {
      self.seed = seed
      self.scalarType = scalarType
    }
  }

  /// An input of a network.
  package struct Input: Sendable, Equatable {
    package let name: String
    package let layout: Layout?

    package init(name: String, layout: Layout?) {
      self.name = name
      self.layout = layout
    }
  }

  /// A layer's name in its network, and the number of its record.
  package struct Node: Sendable, Equatable {
    package let name: String
    package let layer: Int

    package init(name: String, layer: Int) {
      self.name = name
      self.layer = layer
    }
  }

  /// Which output, or input of the network, feeds which port.
  package struct Connection: Sendable, Equatable {
    package let source: String
    package let target: String

    package init(source: String, target: String) {
      self.source = source
      self.target = target
    }
  }

  /// A layer: a network, or a type's name with what its `Codable` makes of it and its slots.
  package enum LayerRecord: Sendable, Equatable {
    case network(Int)
    case coded(type: String, configuration: Data, slots: [Slot])
  }

  /// A learnable or a state, by number.
  package enum Slot: Sendable, Equatable {
    case learnable(Int)
    case state(Int)
  }

  /// A learnable property.
  package struct LearnableRecord: Sendable, Equatable {
    package let tree: Tree
    package let factors: Factors

    package init(tree: Tree, factors: Factors) {
      self.tree = tree
      self.factors = factors
    }
  }

  /// What a learnable property holds: parameters and layers by number.
  package typealias Tree = ValueTree<Int, Int>

  /// A parameter: its factors, and where its value comes from.
  package struct ParameterRecord: Sendable, Equatable {
    package let factors: Factors
    package let source: Source

    package init(factors: Factors, source: Source) {
      self.factors = factors
      self.source = source
    }

    /// What gives a parameter its value.
    package enum Source: Sendable, Equatable {
      case own
      /// Another parameter, by number, whose last two axes may be exchanged.
      case alias(of: Int, isTransposed: Bool)
      /// A connection of its network, or one that is yet to be made.
      case wired
    }
  }

  /// Factors of a parameter, or those that new parameters of a property begin with.
  package struct Factors: Sendable, Equatable {
    package let learnRate: Double
    package let l2: Double
    /// Of what is frozen, the learn-rate factor that it had before.
    package let thawed: Double?

    package init(learnRate: Double, l2: Double, thawed: Double? = nil) {
      self.learnRate = learnRate
      self.l2 = l2
      self.thawed = thawed
    }
  }

  package var networks: [NetworkRecord] = []
  package var layers: [LayerRecord] = []
  package var learnables: [LearnableRecord] = []
  package var parameters: [ParameterRecord] = []
  package var states: [LayerState.Sharing] = []

  package init() {}
}
