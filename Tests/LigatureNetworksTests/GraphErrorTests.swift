import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("A network that cannot run says why")
struct GraphErrorTests {
  private func chain() -> Network {
    Network {
      FullyConnected(3); Tanh(); ReLU()
    }
  }

  @Test("names a cycle along its layers")
  func cycle() throws {
    let network = Network()
    try network.addInput("x")
    try network.add(Addition(), named: "sum")
    try network.add(Tanh(), named: "memory")
    try network.add(ReLU(), named: "tail")
    try network.connect("x", to: "sum/in1")
    try network.connect(["sum", "memory"])
    try network.connect("memory", to: "sum/in2")
    try network.connect("memory", to: "tail")
    let text = message { try network.predict(numbers([2, 3])) }
    #expect(
      text == "memory: layers form a cycle: memory → sum → memory. "
        + "Remove one of these connections with disconnect(_:from:)."
        || text == "sum: layers form a cycle: sum → memory → sum. "
          + "Remove one of these connections with disconnect(_:from:)."
    )
  }

  @Test("names ports and inputs that are connected to nothing")
  func dangling() throws {
    let network = Network()
    try network.addInput("x")
    try network.add(Addition(), named: "sum")
    try network.connect("x", to: "sum/in1")
    #expect(
      message { try network.predict(numbers([2, 3])) }
        == "sum: input port \"in2\" is connected to nothing. Connect it with "
        + "connect(_:to: \"sum/in2\"), or declare a network input with addInput(_:).")
    try network.connect("x", to: "sum/in2")
    try network.addInput("y")
    #expect(
      message { try network.predict([numbers([2, 3]), numbers([2, 3])]) }
        == "network: network input \"y\" feeds nothing. Connect it with connect(\"y\", to: ...).")
  }

  @Test("names layers and ports that do not exist")
  func unknown() throws {
    let network = chain()
    #expect(
      message { try network.connect("fcc", to: "relu") }
        == "network: there is no layer \"fcc\" to connect (\"fcc\"). Its layers are fc, tanh, relu, "
        + "its inputs input.")
    #expect(
      message { try network.connect("fc", to: "input") }
        == "network: \"input\" is an input of the network, which nothing feeds. "
        + "Its layers are fc, tanh, relu.")
    #expect(
      message { try network.connect("fc/out2", to: "relu") }
        == "fc: has no output port \"out2\". Its output ports are out, its "
        + "learnables weights, bias.")
    try network.add(Addition())
    #expect(
      message { try network.connect("fc", to: "addition") }
        == "addition: has 2 input ports, so \"addition\" does not say which. "
        + "Name one: addition/in1, addition/in2.")
    #expect(
      message { try network.remove("fcc") }
        == "fcc: there is no such layer to remove. Layers are fc, tanh, relu, addition.")
    #expect(
      message { try network.replace("fcc", with: ReLU()) }
        == "fcc: there is no such layer to replace. Layers are fc, tanh, relu, addition.")
    #expect(
      message { try Network().remove("fc") }
        == "fc: there is no such layer to remove. "
        + "There are no layers yet: add one with add(_:named:).")
    #expect(
      message { try Network().parameter(at: "fc/weights") }
        == "fc/weights: there is no such learnable. The network has none: add a layer that learns.")
    #expect(
      message { try network.replace("tanh", with: Addition()) }
        == "tanh: the new layer has no port \"in\", which is connected. "
        + "Disconnect it first, or give a layer with that port.")
  }

  @Test("refuses to feed a port twice, and to take away what is not there")
  func doublyFed() throws {
    let network = chain()
    #expect(
      message { try network.connect("fc", to: "relu") }
        == "relu: input port \"in\" is fed by tanh/out already, so fc cannot feed it too. "
        + "Disconnect it first, or add the two with an Addition layer.")
    #expect(
      message { try network.disconnect("fc", from: "relu") }
        == "relu: input port \"in\" is not fed by fc. It is fed by tanh/out.")
    try network.disconnect("tanh", from: "relu")
    #expect(
      message { try network.disconnect("tanh", from: "relu") }
        == "relu: input port \"in\" is not fed by tanh. It is connected to nothing.")
  }

  @Test("refuses names that are taken, empty or paths")
  func duplicateNames() throws {
    let network = chain()
    #expect(
      message { try network.add(ReLU(), named: "fc") }
        == "fc: the network already has a layer or input of this name. Give another name.")
    #expect(
      message { try network.add(ReLU(), named: "a/b") }
        == "a/b: a name must not be empty or contain \"/\", \"*\" or a new line. Give another name."
    )
    #expect(
      message { try network.addInput("fc") }
        == "fc: the network already has a layer or input of this name. Give another name.")
  }

  @Test("refuses to contain itself, directly, through others, or by assignment")
  func selfContainment() throws {
    let refusal = "network: the network would contain itself. Add a copy, made with copy()."
    let inner = Network { FullyConnected(3) }
    let outer = Network { Repeating(inner, count: 2) }
    #expect(message { try inner.add(inner) } == refusal)
    #expect(message { try inner.add(outer) } == refusal)
    #expect(message { try inner.replace("fc", with: outer) } == refusal)

    let wrapper = Repeating(Network { FullyConnected(3) }, count: 2)
    let cyclic = Network { wrapper }
    wrapper.network = cyclic
    #expect(
      message { try cyclic.predict(numbers([2, 3])) }
        == "repeating/network/repeating/network: layers are nested 200 deep, and 199 levels are the "
        + "most. Where a layer or network contains itself, put a copy of it; else let layers stand "
        + "beside each other.")
    #expect(cyclic.learnableCount == 0)
  }

  @Test("gives an error deep inside the path of the layer it came from")
  func attribution() throws {
    let network = Network {
      FullyConnected(3)
      Repeating(
        Network {
          ReLU(); Failing(phase: .inference).named("culprit")
        }, count: 1
      )
      .named("outer")
    }
    #expect(
      message { try network.predict(numbers([2, 3])) }
        == "outer/network/culprit: threw a mishap.")
    let misfit = Network {
      Network {
        FullyConnected(3); Concatenating()
      }.named("deep")
    }
    #expect(
      message { try misfit.predict(numbers([2, 3])) }.hasPrefix("deep/concatenating: matmul: "))
  }

  private struct Concatenating: CustomLayer {
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { try matmul(x, x) }
  }

  @Test("names a layer whose results do not agree with its ports")
  func portNames() throws {
    struct Splitting: CustomLayer {
      var outputNames: [String] { ["a", "b", "c"] }
      func predict(_ x: Tensor, in context: Context) throws -> [Tensor] { [x, x] }
    }
    let network = Network()
    try network.addInput("x")
    try network.add(Splitting())
    try network.connect("x", to: "splitting")
    #expect(
      message { try network.predict([numbers([2, 3])]) }
        == "splitting: returned 2 tensors and names 3 output ports. "
        + "Make outputNames agree with what predict returns.")
  }
}

@Suite("Ports of one name")
struct PortNameTests {
  private struct EqualPorts: CustomLayer {
    func predict(_ x: Tensor, in context: Context) throws -> [Tensor] { [x, x] }
    var outputNames: [String] { ["out", "out"] }
  }

  @Test("are refused in words")
  func equalPorts() throws {
    let network = Network()
    try network.addInput("x")
    try network.add(EqualPorts(), named: "ports")
    try network.connect("x", to: "ports")
    let error = #expect(throws: LayerError.self) { try network.predict([Tensor.ones([1, 2])]) }
    #expect(
      error?.description
        == "ports: its output ports [\"out\", \"out\"] do not have distinct names. "
        + "Give each port a name of its own.")
  }
}
