import LigatureTensors
import Synchronization

/// Marks what a layer learns. The value may be a tensor, a whole layer or network, or arrays,
/// optionals and dictionaries of those.
///
///     @Learnable var encoder: Network
///     @Learnable(l2Factor: 0) var biases: [Tensor] = .deferred
///
/// Reading a tensor during a pass gives it as a part of that pass, so that gradients reach it.
/// Assigning writes *into* the parameter, which keeps its identity and so its ties; a value of
/// another shape is refused when the parameter is next used.
@propertyWrapper
public struct Learnable<Value: LearnableValue>: Sendable {
  package let slot: LearnableSlot

  /// A learnable with a first value, `.deferred` where it depends on the input.
  ///
  /// The factors are those of its tensors. Where the value is a layer or network, or holds some,
  /// the factors of everything in them are multiplied by these: 0 freezes a whole network.
  public init(wrappedValue: Value, learnRateFactor: Double = 1, l2Factor: Double = 1) {
    let settings = LearnableSettings(learnRateFactor: learnRateFactor, l2Factor: l2Factor)
    let tree = Value._tree(for: wrappedValue, settings)
    tree.scaleFactors(ofLayersBy: settings)
    slot = LearnableSlot(tree, settings)
  }

  package init(slot: LearnableSlot) { self.slot = slot }

  public var wrappedValue: Value {
    get { Value._value(of: slot.tree) }
    nonmutating set {
      let tree = Value._tree(for: newValue, slot.settings)
      tree.scaleFactors(ofLayersBy: slot.settings, but: slot.tree.layerIdentities)
      slot.write(
        tree,
        onlyIfDeferred: Frame.current?.pass.initialization != nil)
    }
  }

  /// The wrapper itself, to reach its parameters: `$weights.parameters`.
  public var projectedValue: Learnable<Value> { self }

  /// The parameters of a tensor property or a collection of tensors, in order.
  public var parameters: [Parameter] { slot.tree.parameters }

  /// Declares, in a layer's `init`, that the value comes from another layer by a connection of the
  /// network. It is not stored, and the network refuses to run until it is connected.
  public func awaitConnection() {
    for parameter in parameters { parameter.source = .wired(nil) }
  }
}

/// Where a ``Learnable`` property keeps its tree; copies of a structure share it.
///
/// The tree that a slot is made with serves all its life unless a list changes its length, so it is
/// read without a lock until another one takes its place.
package final class LearnableSlot: Sendable {
  private let original: LearnableTree
  private let isReplaced = Atomic<Bool>(false)
  private let replacement: Mutex<LearnableTree>
  private let factors: Mutex<LearnableSettings>

  init(_ tree: LearnableTree, _ settings: LearnableSettings) {
    original = tree
    replacement = Mutex(tree)
    factors = Mutex(settings)
  }

  /// The factors that new parameters begin with.
  var settings: LearnableSettings { factors.withLock { $0 } }

  /// Multiplies the factors of parameters there are and of those that come.
  func scaleFactors(by settings: LearnableSettings) {
    for parameter in tree.parameters {
      parameter.learnRateFactor *= settings.learnRateFactor
      parameter.l2Factor *= settings.l2Factor
    }
    factors.withLock { factors in
      factors.learnRateFactor *= settings.learnRateFactor
      factors.l2Factor *= settings.l2Factor
    }
  }

  var tree: LearnableTree {
    isReplaced.load(ordering: .acquiring) ? replacement.withLock { $0 } : original
  }

  /// Puts another tree in place, parameters and all.
  func replace(_ tree: LearnableTree) {
    replacement.withLock { present in
      present = tree
      isReplaced.store(true, ordering: .releasing)
    }
  }

  func write(_ new: LearnableTree, onlyIfDeferred: Bool) {
    replacement.withLock { tree in
      if let written = tree.written(new, onlyIfDeferred: onlyIfDeferred) {
        // A single tensor is written into the parameter that is there.
        if case .parameter = written, case .parameter = tree { return }
        tree = written
        isReplaced.store(true, ordering: .releasing)
      } else if !onlyIfDeferred {
        let found = new.parameters.count
        for parameter in tree.parameters {
          parameter.refuse(
            "a list of \(tree.parameters.count) was assigned \(counted(found, "tensor"))")
        }
      }
    }
  }
}

/// Lets the inspection find slots without knowing a property's type.
protocol SlotHolding {
  var learnableSlot: LearnableSlot { get }
}

extension Learnable: SlotHolding {
  var learnableSlot: LearnableSlot { slot }
}
