import Foundation
import LigatureFiles
import LigatureNetworks

extension Architecture {
  /// The records as JSON, one object for each.
  var json: JSONValue {
    get throws {
      .object([
        .init("networks", .array(networks.map(\.json))),
        .init("layers", .array(try layers.map { try $0.json })),
        .init("learnables", .array(learnables.map(\.json))),
        .init("parameters", .array(parameters.map(\.json))),
        .init("states", .array(states.map { .string($0.rawValue) })),
      ])
    }
  }
}

extension Architecture.NetworkRecord {
  fileprivate var json: JSONValue {
    .object([
      .init("seed", JSONValue(seed)),
      .init("scalars", .string(scalarType.rawValue)),
      .init(
        "inputs",
        .array(
          inputs.map {
            .object([.init("name", .string($0.name)), .init("layout", $0.layout?.json ?? .null)])
          })),
      .init(
        "layers",
        .array(
          layers.map {
            .object([.init("name", .string($0.name)), .init("layer", JSONValue($0.layer))])
          })),
      .init(
        "connections",
        .array(connections.map { .array([.string($0.source), .string($0.target)]) })),
    ])
  }
}

extension Layout {
  fileprivate var json: JSONValue {
    .object([
      .init("labels", .string(labels)),
      .init("sizes", .array(sizes.map { $0.map { JSONValue($0) } ?? .null })),
      .init("scalars", .string(scalarType.rawValue)),
    ])
  }
}

extension Architecture.LayerRecord {
  fileprivate var json: JSONValue {
    get throws {
      switch self {
      case .network(let place): return .object([.init("network", JSONValue(place))])
      case .coded(let type, let configuration, let slots):
        let text = String(decoding: configuration, as: UTF8.self)
        return .object([
          .init("type", .string(type)),
          .init("configuration", try JSONValue(text, name: "the configuration of a \(type)")),
          .init(
            "holds",
            .array(
              slots.map { slot in
                switch slot {
                case .learnable(let place): .object([.init("learnable", JSONValue(place))])
                case .state(let place): .object([.init("state", JSONValue(place))])
                }
              })),
        ])
      }
    }
  }
}

extension Architecture.LearnableRecord {
  fileprivate var json: JSONValue {
    .object([.init("value", tree.json), .init("factors", factors.json)])
  }
}

extension Architecture.ParameterRecord {
  fileprivate var json: JSONValue {
    let others: [JSONValue.Member] =
      switch source {
      case .own: []
      case .wired: [.init("wired", .bool(true))]
      case .alias(let owner, let isTransposed):
        [.init("alias", JSONValue(owner)), .init("transposed", .bool(isTransposed))]
      }
    return .object(factors.members + others)
  }
}

extension Architecture.Factors {
  fileprivate var json: JSONValue { .object(members) }

  fileprivate var members: [JSONValue.Member] {
    [.init("learnRate", JSONValue(learnRate)), .init("l2", JSONValue(l2))]
      + (thawed.map { [.init("thawed", JSONValue($0))] } ?? [])
  }
}

extension Architecture.Tree {
  fileprivate var json: JSONValue {
    fold(nil) { (_, part) -> JSONValue in
      switch part {
      case .none: .null
      case .parameter(let place): .object([.init("parameter", JSONValue(place))])
      case .layer(let place): .object([.init("layer", JSONValue(place))])
      case .list(let parts): .array(parts)
      case .dictionary(let parts):
        .object([.init("entries", .object(parts.map { .init($0.key, $0.result) }))])
      }
    }
  }
}
