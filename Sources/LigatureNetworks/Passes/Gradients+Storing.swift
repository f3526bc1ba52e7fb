import LigatureTensors

extension Gradients {
  /// The gradients by owner's path, to be stored or sent; see ``init(_:for:)``. O(learnables).
  ///
  /// Throws for a learnable that is not in the network, and for two with one path.
  public var tensors: [String: Tensor] {
    get throws {
      var tensors: [String: Tensor] = [:]
      for entry in entries {
        guard !entry.path.isEmpty, tensors[entry.path] == nil else {
          throw LayerError(
            .name, entry.path,
            entry.path.isEmpty
              ? "a gradient is of a learnable outside the network, which has no path"
              : "gradients of two networks have this path",
            remedy: "Store the gradients of each network on their own: filter(_:)")
        }
        tensors[entry.path] = entry.gradient.detached
      }
      return tensors
    }
  }

  /// Gradients of a network's learnables, by owner's path. Learnables without one have none.
  /// O(learnables).
  ///
  /// Throws, by path, for a path that no learnable's owner has, and for a tensor of another shape
  /// or type than the learnable.
  public init(_ tensors: [String: Tensor], for network: Network) throws {
    self.init()
    let learnables = network.learnables
    let owners = Set(learnables.map(\.path))
    if let path = tensors.keys.sorted().first(where: { !owners.contains($0) }) {
      throw LayerError(
        .notFound, String(path.prefix(200)), "the network has no learnable of this path",
        remedy: learnables.isEmpty
          ? "Give none: the network learns nothing"
          : "Give gradients of this network, by their owners' paths: "
            + "\(learnables.prefix(6).map(\.path).joined(separator: ", "))"
            + (learnables.count > 6 ? ", ..." : ""))
    }
    let found = learnables.map { tensors[$0.path]?.detached }
    for (learnable, gradient) in zip(learnables, found) {
      guard let gradient else { continue }
      let value = learnable.parameter.value
      guard gradient.shape == value.shape, gradient.scalarType == value.scalarType,
        !gradient.isDeferred
      else {
        throw LayerError(
          .gradient, learnable.path,
          "the gradient is \(gradient.scalarType) \(gradient.shape), the learnable "
            + "\(value.scalarType) \(value.shape)",
          remedy: "Give gradients of a network of this size and type")
      }
    }
    self.init(learnables.map { ($0.parameter, $0.parameter.value) }, found, of: [network])
  }
}
