import LigatureNetworks
import LigatureTensors

/// Calls one network a number of times, on shifted inputs, and adds up what it says.
package struct Repeating: CustomLayer, Codable {
  @Learnable package var network: Network
  package var count: Int

  package init(_ network: Network, count: Int) {
    self.network = network
    self.count = count
  }

  package func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var sum = try network(x, in: context)
    for use in 1..<max(1, count) { sum = try sum + network(x + Double(use) * 0.1, in: context) }
    return sum
  }
}
