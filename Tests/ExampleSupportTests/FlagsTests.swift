import ExampleSupport
import Testing

/// The flags of an example that has one of each kind.
enum Sample {
  enum Recipe: String, CaseIterable { case reference, best, quick }

  static let data = Flag.string("data", "DIR", "read the digits in DIR", shownDefault: "draw them")
  static let output = Flag.string("output", "DIR", "write the pictures to DIR", default: "results")
  static let recipe = Flag.choice("recipe", "how to train", default: Recipe.best)
  static let epochs = Flag.int(
    "epochs", "N", "passes over the training data", default: 30, in: 1...1000)
  static let threads = Flag.int(
    "threads", "N", "threads to use", shownDefault: "all cores", in: 1 ... .max)
  static let seed = Flag.int("seed", "N", "start of the random numbers", default: 0)
  static let rate = Flag.double("rate", "R", "learn rate", default: 0.001, in: 0...1)
  static let decay = Flag.double("decay", "R", "weight decay", default: 2, in: 0 ... .infinity)
  static let quiet = Flag.switch("quiet", "print nothing but the results")

  static let flags = Flags(
    "Sample", "Trains a sample.\nIt takes a while.",
    [data, output, recipe, epochs, threads, seed, rate, decay, quiet])
}

@Suite struct FlagsTests {
  @Test("without arguments, every flag has its default")
  func defaults() throws {
    let values = try Sample.flags.parse([])
    #expect(values[Sample.data] == nil)
    #expect(values[Sample.output] == "results")
    #expect(values[Sample.recipe] == .best)
    #expect(values[Sample.epochs] == 30)
    #expect(values[Sample.threads] == nil)
    #expect(values[Sample.rate] == 0.001)
    #expect(!values[Sample.quiet] && !values.asksForHelp && !values.isGiven(Sample.epochs))
  }

  @Test("values follow a space or an equals sign, in any order")
  func values() throws {
    let values = try Sample.flags.parse([
      "--quiet", "--epochs=5", "--data", "a b", "--recipe", "reference", "--seed", "-7",
      "--output=x=y", "--threads", "2", "--rate", "1e-2",
    ])
    #expect(values[Sample.quiet])
    #expect(values[Sample.epochs] == 5 && values.isGiven(Sample.epochs))
    #expect(values[Sample.data] == "a b")
    #expect(values[Sample.recipe] == .reference)
    #expect(values[Sample.seed] == -7)
    #expect(values[Sample.output] == "x=y")
    #expect(values[Sample.threads] == 2)
    #expect(values[Sample.rate] == 0.01)
  }

  @Test(
    "a wrong argument is named in one line",
    arguments: [
      (["--epoch", "3"], "unknown flag '--epoch'; did you mean '--epochs'?"),
      (["--recpie=best"], "unknown flag '--recpie'; did you mean '--recipe'?"),
      (["-quiet"], "unknown flag '-quiet'; did you mean '--quiet'?"),
      (["--out", "x"], "unknown flag '--out'; did you mean '--output'?"),
      (["--hlep"], "unknown flag '--hlep'; did you mean '--help'?"),
      (["--verbose"], "unknown flag '--verbose'; --help lists the flags"),
      (["-x"], "unknown flag '-x'; --help lists the flags"),
      (["--"], "unknown flag '--'; --help lists the flags"),
      (["--epochs"], "--epochs needs a value: --epochs N"),
      (["--output", "--quiet"], "--output needs a value: --output DIR"),
      (["--data="], "--data needs a value: --data DIR"),
      (["--data", ""], "--data needs a value: --data DIR"),
      (["--epochs", "ten"], "--epochs wants a whole number from 1 to 1000, not 'ten'"),
      (["--epochs", "2.5"], "--epochs wants a whole number from 1 to 1000, not '2.5'"),
      (["--epochs", "0"], "--epochs wants a whole number from 1 to 1000, not '0'"),
      (["--epochs=1001"], "--epochs wants a whole number from 1 to 1000, not '1001'"),
      (["--threads", "0"], "--threads wants a whole number of at least 1, not '0'"),
      (["--seed", "x"], "--seed wants a whole number, not 'x'"),
      (["--rate", "fast"], "--rate wants a number from 0 to 1, not 'fast'"),
      (["--rate", "1.5"], "--rate wants a number from 0 to 1, not '1.5'"),
      (["--rate", "nan"], "--rate wants a number from 0 to 1, not 'nan'"),
      (["--decay", "inf"], "--decay wants a number of at least 0, not 'inf'"),
      (["--recipe", "bset"], "--recipe wants reference or best or quick, not 'bset'"),
      (["--quiet=yes"], "--quiet takes no value, but was given 'yes'"),
      (["--help=me"], "--help takes no value, but was given 'me'"),
      (["--seed", "1", "--seed=2"], "--seed is given twice"),
      (["--quiet", "digits"], "unexpected argument 'digits'; --help lists the flags"),
      (["a=b"], "unexpected argument 'a=b'; --help lists the flags"),
      (["-"], "unexpected argument '-'; --help lists the flags"),
      ([""], "unexpected argument ''; --help lists the flags"),
    ])
  func errors(arguments: [String], message: String) {
    let error = #expect(throws: FlagError.self) { try Sample.flags.parse(arguments) }
    #expect(error?.description == message)
  }

  @Test("the help shows usage, summary, and each flag with its default")
  func help() throws {
    #expect(try Sample.flags.parse(["--help"]).asksForHelp)
    #expect(try Sample.flags.parse(["--quiet", "-h"]).asksForHelp)
    #expect(
      Sample.flags.help == """
        usage: Sample [flags]

        Trains a sample.
        It takes a while.

          --data DIR                     read the digits in DIR (default: draw them)
          --output DIR                   write the pictures to DIR (default: results)
          --recipe reference|best|quick  how to train (default: best)
          --epochs N                     passes over the training data (default: 30)
          --threads N                    threads to use (default: all cores)
          --seed N                       start of the random numbers (default: 0)
          --rate R                       learn rate (default: 0.001)
          --decay R                      weight decay (default: 2)
          --quiet                        print nothing but the results
          --help                         print this text
        """)
  }
}
