import LigatureTensors

/// What layers remember, as values by path.
extension Network {
  /// The value of every state that has one: by its layer's path and property, `"norm/mean"`. Where
  /// uses of a layer keep theirs apart, each has a path of its own, in which the second use of
  /// something is marked by `#2`: `"step/norm/mean"`, `"step#2/norm/mean"`. O(states).
  public var states: [String: Tensor] {
    Dictionary(statePlaces.map { ($0.path, $0.value) }) { first, _ in first }
      .filter { !$0.value.isDeferred }
  }

  /// The value of a state; by the path without `#`, that of the use which wrote first. Throws where
  /// there is no such state, naming paths near it, and where it has no value yet.
  public func state(at path: String) throws -> Tensor {
    let value = try place(ofState: path).value
    guard !value.isDeferred else {
      throw LayerError(
        .uninitialized, path, "the state has no value yet", remedy: "Initialise the network first")
    }
    return value
  }

  /// Sets a state, for the use that the path means. Throws where there is no such state, and for a
  /// value of another shape or type than it has.
  public func setState(_ value: Tensor, at path: String) throws {
    try setStates([path: value])
  }

  /// Sets states by path. Throws as ``setState(_:at:)`` does, and then sets none.
  public func setStates(_ values: [String: Tensor]) throws {
    let places = try values.sorted { $0.key < $1.key }.map { path, value in
      let place = try place(ofState: path)
      do { try value.require("set a state") } catch { throw LayerError.attribute(error, to: path) }
      let present = place.value
      guard
        present.isDeferred
          ? value.scalarType == scalarType
          : value.shape == present.shape && value.scalarType == present.scalarType
      else {
        throw LayerError(
          .shape, path,
          present.isDeferred
            ? "the state is \(scalarType), as the network is, and was given \(value.scalarType)"
            : "the state is \(present.scalarType) \(present.shape), and was given "
              + "\(value.scalarType) \(value.shape)",
          remedy: "Give a value like the one that state(at:) has")
      }
      return (place, value)
    }
    for (place, value) in places {
      if let use = place.use {
        place.slot.commit(value, for: use)
      } else {
        place.slot.reset(to: value)
      }
    }
  }

  /// Where a state keeps a value: for a use, or the first value, with which uses begin.
  private struct StatePlace {
    let path: String
    let slot: StateSlot
    let use: String?
    let value: Tensor
  }

  /// Every value of every state, in order of layers.
  private var statePlaces: [StatePlace] {
    uniqueStates.flatMap { path, _, slot -> [StatePlace] in
      let contents = slot.contents
      let name = path.split(separator: "/").last ?? ""
      guard !contents.byUse.isEmpty else {
        return [StatePlace(path: path, slot: slot, use: nil, value: contents.initial)]
      }
      return contents.byUse.sorted { $0.key < $1.key }.map { use, value in
        StatePlace(
          path: use.isEmpty ? path : "\(use)/\(name)", slot: slot, use: use, value: value)
      }
    }
  }

  private func place(ofState path: String) throws -> StatePlace {
    let places = statePlaces
    if let place = places.first(where: { $0.path == path }) { return place }
    // The network may have run as a part of another one, whose paths its uses then have.
    if let (_, _, slot) = uniqueStates.first(where: { $0.path == path || $0.aliases.contains(path) }
    ) {
      let contents = slot.contents
      let value = contents.first.flatMap { contents.byUse[$0] } ?? contents.initial
      return StatePlace(path: path, slot: slot, use: contents.first, value: value)
    }
    throw LayerError(
      .notFound, path, "there is no such state",
      remedy: places.map(\.path).remedy(for: path, none: "The layers of the network keep none"))
  }
}
